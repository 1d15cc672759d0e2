import Stripe from 'stripe';
import {
	createStripeStandIn,
	type StripeStandIn,
	type StripeStandInOptions,
} from '../../../sandbox/stripe/index.ts';
import { STRIPE } from '../../contract/stripe-routes.ts';
import { underContract } from '../../support/contract-check.ts';

export const KEY = 'sk_test_harness';
export const DAY = 24 * 60 * 60;

export interface Harness {
	readonly standIn: StripeStandIn;
	readonly url: string;
	/** The real SDK, without retries of its own. */
	readonly stripe: Stripe;
	/** A raw request, for what the SDK would not send. */
	raw(method: string, path: string, body?: string, headers?: object): Promise<RawAnswer>;
	control(path: string, body?: object): Promise<Record<string, unknown>>;
	close(): Promise<void>;
}

export interface RawAnswer {
	readonly status: number;
	readonly headers: Headers;
	readonly json: {
		readonly error?: {
			readonly type: string;
			readonly message: string;
			readonly code?: string;
			readonly param?: string;
		};
		readonly [key: string]: unknown;
	};
}

/** A stand-in of its own for a suite, under contract, with everything random repeated. */
export async function startStripe(options: StripeStandInOptions = {}): Promise<Harness> {
	const standIn = underContract(
		STRIPE,
		createStripeStandIn({
			seed: 7,
			...options,
			settings: { searchLagSeconds: 0, rateLimits: false, ...options.settings },
		}),
		{ refusedRequests: 'free' },
	);
	const url = await standIn.listen();
	return {
		standIn,
		url,
		stripe: clientOf(url),
		async raw(method, path, body, headers = {}) {
			const response = await fetch(`${url}${path}`, {
				method,
				...(body !== undefined && { body }),
				headers: {
					authorization: `Bearer ${KEY}`,
					...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
					...headers,
				},
			});
			const json = (await response.json()) as RawAnswer['json'];
			return { status: response.status, headers: response.headers, json };
		},
		async control(path, body = {}) {
			const response = await fetch(`${url}/_control/${path}`, {
				method: 'POST',
				body: JSON.stringify(body),
			});
			const json = (await response.json()) as Record<string, unknown>;
			if (!response.ok) throw new Error(JSON.stringify(json));
			return json;
		},
		close: async () => await standIn.close(),
	};
}

export function clientOf(url: string, key = KEY): Stripe {
	const { hostname, port } = new URL(url);
	return new Stripe(key, {
		host: hostname,
		port,
		protocol: 'http',
		maxNetworkRetries: 0,
		telemetry: false,
	});
}

/** Unix seconds of a date written out. */
export function at(date: string): number {
	return new Date(date.length === 10 ? `${date}T00:00:00Z` : date).getTime() / 1000;
}

/** A date as it is written in tables. */
export function dateOf(seconds: number | null | undefined): string | null {
	return seconds === null || seconds === undefined
		? null
		: new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '');
}

/** Moves a test clock and waits until it has arrived. */
export async function advance(stripe: Stripe, clock: string, to: string): Promise<void> {
	await stripe.testHelpers.testClocks.advance(clock, { frozen_time: at(to) });
	for (;;) {
		const { status } = await stripe.testHelpers.testClocks.retrieve(clock);
		if (status === 'ready') return;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

/** A customer on a clock of their own. */
export async function someone(
	stripe: Stripe,
	since: string,
	card?: string,
): Promise<{ customer: string; clock: string }> {
	const clock = await stripe.testHelpers.testClocks.create({ frozen_time: at(since) });
	const { id } = await stripe.customers.create({ test_clock: clock.id, email: 'some@one.example' });
	if (card !== undefined) {
		const method = await stripe.paymentMethods.attach(card, { customer: id });
		await stripe.customers.update(id, {
			invoice_settings: { default_payment_method: method.id },
		});
	}
	return { customer: id, clock: clock.id };
}

/** Events of the given kinds, oldest first, as `2026-03-01 type status`. */
export async function story(stripe: Stripe, kinds: RegExp): Promise<string[]> {
	const events: Stripe.Event[] = [];
	for await (const event of stripe.events.list({ limit: 100 })) events.unshift(event);
	return events
		.filter(({ type }) => kinds.test(type))
		.map(({ type, created, data }) => {
			const { object } = data;
			const status = 'status' in object ? ` ${String(object.status)}` : '';
			return `${dateOf(created)} ${type.replace('customer.subscription', 'sub')}${status}`;
		});
}
