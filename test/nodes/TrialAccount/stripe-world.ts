import type { CardKind } from '../../../sandbox/stripe/index.ts';
import type { Exchange } from '../../../sandbox/kernel/http.ts';
import { stripeSecretKey } from '../../../sandbox/secrets.ts';
import { createStripeStandIn, type StripeStandIn } from '../../../sandbox/stripe/index.ts';
import { STRIPE } from '../../contract/stripe-routes.ts';
import { underContract } from '../../support/contract-check.ts';

const DAY_MS = 86_400_000;
const PRICE = 'price_boards_pro_monthly';

type Params = Readonly<Record<string, string>>;
interface Reply extends Record<string, unknown> {
	readonly id: string;
}

/** A Stripe account under contract in which people live; its time is the world's own. */
export interface StripeWorld {
	readonly standIn: StripeStandIn;
	readonly url: string;
	/** Requests to the API since the last `forgetCalls`. */
	readonly calls: readonly Exchange[];
	forgetCalls(): void;
	now(): Date;
	/** Resolves when everything has happened that falls into these days. */
	passDays(days: number): Promise<void>;
	stripe(method: string, path: string, params?: Params): Promise<Reply>;
	/** A customer with a card-less trial of 14 days that pauses at its end. */
	startTrial(customer: Params, more?: Params): Promise<Trial>;
	giveCard(customerId: string, kind?: CardKind): Promise<void>;
	close(): Promise<void>;
}

export interface Trial {
	readonly customerId: string;
	readonly subscriptionId: string;
}

export async function createStripeWorld(startsAt: Date): Promise<StripeWorld> {
	let nowMs = startsAt.getTime();
	let calls: Exchange[] = [];
	const standIn = underContract(
		STRIPE,
		createStripeStandIn({
			now: () => nowMs,
			settings: { searchLagSeconds: 0, rateLimits: false },
		}),
	);
	const url = await standIn.listen();
	standIn.observe((exchange) => void calls.push(exchange));

	async function send(path: string, request: RequestInit): Promise<Reply> {
		const reply = await fetch(`${url}${path}`, {
			...request,
			headers: { authorization: `Bearer ${stripeSecretKey}` },
		});
		if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
		return (await reply.json()) as Reply;
	}
	const stripe = async (method: string, path: string, params?: Params) =>
		await send(`/v1/${path}`, {
			method,
			...(params ? { body: new URLSearchParams({ ...params }) } : {}),
		});

	return {
		standIn,
		url,
		get calls() {
			return calls;
		},
		forgetCalls: () => void (calls = []),
		now: () => new Date(nowMs),
		async passDays(days) {
			nowMs += days * DAY_MS;
			// Whatever is due happens before the next request is answered.
			await stripe('GET', 'balance');
		},
		stripe,
		async startTrial(customer, more = {}) {
			const { id: customerId } = await stripe('POST', 'customers', customer);
			const { id: subscriptionId } = await stripe('POST', 'subscriptions', {
				customer: customerId,
				'items[0][price]': PRICE,
				trial_period_days: '14',
				'trial_settings[end_behavior][missing_payment_method]': 'pause',
				...more,
			});
			return { customerId, subscriptionId };
		},
		async giveCard(customer, kind = 'good') {
			const body = JSON.stringify({ customer, kind });
			await send('/_control/cards', { method: 'POST', body });
		},
		async close() {
			// A fault that struck nothing means that the test did not test it.
			const pending = standIn.faults.pending();
			await standIn.close();
			expect(pending).toEqual([]);
		},
	};
}
