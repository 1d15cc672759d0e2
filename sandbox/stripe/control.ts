import type { Reply, Route, StandInRequest } from '../kernel/http.ts';
import type { Account } from './account.ts';
import { failureJson, isFailure } from './api/failure.ts';
import type { Keys } from './api/keys.ts';
import { CARD_OF_KIND, type CardKind } from './billing/test-cards.ts';
import {
	giveCard,
	moveCustomer,
	moveEverything,
	moveSandboxTime,
	moveTestClock,
} from './moving.ts';
import { rollSecret } from './resources/webhook-endpoints.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { DAY, HOUR } from './state/stored.ts';

interface ControlOptions {
	readonly account: () => Account;
	readonly settings: Settings;
	readonly keys: Keys;
}

/** How far: the parts add up. */
interface Span {
	readonly days?: number;
	readonly hours?: number;
	readonly seconds?: number;
}

/**
 * Stripe's part of the control API:
 * - `POST /_control/settings` any of settings.ts
 * - `POST /_control/keys` `{key, missing: ['customer_write']}` or `{key, revoked: true}`
 * - `POST /_control/clock` `{days, hours, seconds}` and whose time: `{test_clock}`, `{customer}`,
 *   `{everybody: true}`, or none for the sandbox's own. Answers when everything has happened.
 * - `POST /_control/cards` `{customer, kind, default}`: see CARD_OF_KIND
 * - `POST /_control/search` lets search find everything written so far
 * - `POST /_control/webhook_endpoints/:id/roll` `{keep_hours}` gives a new secret; the old one holds so long
 * - `POST /_control/events/:id/resend` sends an event again to everyone who asked for its type
 * - `GET /_control/deliveries` every delivery with its attempts
 */
export function stripeControlRoutes({ account, settings, keys }: ControlOptions): Route[] {
	return [
		route('/_control/settings', (body: Partial<Settings>) => {
			const unknown = Object.keys(body).filter((name) => !(name in DEFAULT_SETTINGS));
			if (unknown.length > 0) throw new Error(`Unknown settings: ${unknown.join(', ')}`);
			Object.assign(settings, body);
			return settings;
		}),

		route('/_control/keys', (body: { key: string; missing?: string[]; revoked?: boolean }) => {
			if (body.revoked) keys.revoke(body.key);
			else keys.restrict(body.key, body.missing ?? []);
			return { ok: true };
		}),

		route(
			'/_control/clock',
			async (body: Span & { test_clock?: string; customer?: string; everybody?: boolean }) => {
				const own = account();
				const seconds = lengthOf(body);
				if (body.everybody) await moveEverything(own, seconds);
				else if (body.test_clock) await moveTestClock(own, body.test_clock, seconds);
				else if (body.customer) await moveCustomer(own, body.customer, seconds);
				else moveSandboxTime(own, seconds);
				const clock = body.customer
					? own.customers.get(body.customer)?.test_clock
					: (body.test_clock ?? null);
				return { now: own.now(clock) };
			},
		),

		route('/_control/cards', (body: { customer: string; kind: CardKind; default?: boolean }) => {
			if (!(body.kind in CARD_OF_KIND)) throw new Error(`Unknown kind of card: ${body.kind}`);
			const isDefault = body.default ?? true;
			const method = giveCard(account(), body.customer, body.kind, { isDefault });
			return account().render(method);
		}),

		route('/_control/webhook_endpoints/:id/roll', (body: { keep_hours?: number }, { id = '' }) => ({
			secret: rollSecret(account(), id, (body.keep_hours ?? 24) * HOUR),
		})),

		route('/_control/events/:id/resend', (_body: object, { id = '' }) => {
			const event = account().events.table.get(id);
			if (!event) throw new Error(`No event ${id}`);
			account().deliveries.resend(event);
			return { ok: true };
		}),

		{
			method: 'GET',
			path: '/_control/deliveries',
			handle: () => ({ status: 200, json: account().deliveries.all() }),
		},

		route('/_control/search', () => {
			const { searchable } = account();
			for (const replica of Object.values(searchable)) replica.catchUp();
			return { ok: true };
		}),
	];
}

function lengthOf({ days = 0, hours = 0, seconds = 0 }: Span): number {
	const length = days * DAY + hours * HOUR + seconds;
	if (!Number.isInteger(length) || length < 0) throw new Error('Time can only move forward');
	return length;
}

type Handle<Body> = (body: Body, params: Readonly<Record<string, string>>) => unknown;

function route<Body>(path: string, handle: Handle<Body>): Route {
	return {
		method: 'POST',
		path,
		handle: async (request) => await answer(request, handle),
	};
}

/** A mistake of whoever drives the sandbox is told, not thrown: it is no crash. */
async function answer<Body>(request: StandInRequest, handle: Handle<Body>): Promise<Reply> {
	try {
		const body = JSON.parse(request.rawBody || '{}') as Body;
		return { status: 200, json: await handle(body, request.params) };
	} catch (error) {
		if (isFailure(error)) return { status: error.status, json: failureJson(error.body) };
		return { status: 400, json: { error: { message: (error as Error).message } } };
	}
}

/** The whole of an account as plain JSON, as the API would show it. */
export function accountState(account: Account) {
	const all = (records: Iterable<{ readonly object: string }>) =>
		[...records].map((record) => account.render(record));
	return {
		id: account.id,
		livemode: account.livemode,
		now: account.now(null),
		customers: all(account.customers.newestFirst()),
		subscriptions: all(account.subscriptions.newestFirst()),
		invoices: all(account.invoices.newestFirst()),
		invoice_items: all(account.invoiceItems.newestFirst()),
		payment_methods: all(account.paymentMethods.newestFirst()),
		payment_intents: all(account.paymentIntents.newestFirst()),
		test_clocks: all(account.testClocks.newestFirst()),
		events: all(account.events.table.newestFirst()),
	};
}
