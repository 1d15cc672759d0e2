import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import type { Consumer } from '../../../nodes/StripeTrialTrigger/consumer.ts';
import { readerOf } from '../../../nodes/StripeTrialTrigger/drain.ts';
import { enrol, type Enrolment } from '../../../nodes/StripeTrialTrigger/enrolment.ts';
import { pull } from '../../../nodes/StripeTrialTrigger/pull.ts';
import { readSettings } from '../../../nodes/StripeTrialTrigger/settings.ts';
import { LIFECYCLE_EVENTS } from '../../../lifecycle/events/index.ts';
import {
	CATALOGUE,
	createStripeStandIn,
	type CardKind,
	type Settings,
	type StripeStandIn,
} from '../../../sandbox/stripe/index.ts';
import {
	drainInbox,
	LEASE_MS,
	type DrainOptions,
	type Outcome,
	type Outputs,
} from '../../../services/n8n/inbox/drain.ts';
import { sharedReadsOf } from '../../../services/n8n/inbox/shared-reads.ts';
import { openStore, type LifecycleStore } from '../../../services/store/index.ts';
import { stripeOver } from '../../../services/stripe/client.ts';
import { STRIPE } from '../../contract/stripe-routes.ts';
import { underContract } from '../../support/contract-check.ts';

export const KEY = 'sk_test_trigger';
export const PRICE = CATALOGUE.prices.proMonthly;
export const ACCOUNT: Enrolment = { stripeAccount: null, webhookUrl: null };

/** A Stripe, a store, and triggers that read from one into the other; time is the sandbox's own. */
export interface World {
	readonly standIn: StripeStandIn;
	readonly url: string;
	readonly stripe: Stripe;
	readonly store: LifecycleStore;
	now(): Date;
	move(span: { readonly days?: number; readonly seconds?: number }): Promise<void>;
	consumer(id: string, parameters?: Record<string, unknown>): TestConsumer;
	start(email: string, more?: Partial<Stripe.SubscriptionCreateParams>): Promise<Trial>;
	giveCard(customer: string, kind: CardKind): Promise<void>;
	control(path: string, body: object): Promise<Record<string, unknown>>;
	close(): Promise<void>;
}

export interface Trial {
	readonly customer: string;
	readonly subscription: string;
}

/** A trigger under test, with everything that its flow was given. */
export interface TestConsumer {
	readonly consumer: Consumer;
	/** One entry for each execution. */
	readonly executions: Outputs[];
	readonly reports: string[];
	readonly logs: string[];
	/** What happened, in the order told, as `trial_started ada@example.com`. */
	told(): string[];
	items(): Array<Record<string, unknown>>;
	/** Fetches what is new and takes all of it through. */
	catchUp(emit?: (outputs: Outputs) => Promise<Outcome>): Promise<void>;
	drain(emit?: (outputs: Outputs) => Promise<Outcome>): Promise<number>;
}

const alive: DrainOptions['whileAlive'] = async (work) => await work();

export async function createWorld(settings: Partial<Settings> = {}, key = KEY): Promise<World> {
	const standIn = underContract(
		STRIPE,
		createStripeStandIn({
			seed: 11,
			settings: { searchLagSeconds: 0, rateLimits: false, ...settings },
		}),
	);
	const url = await standIn.listen();
	const folder = mkdtempSync(join(tmpdir(), 'trigger-'));
	const store = await openStore({ kind: 'sqlite', file: join(folder, 'store.sqlite') });
	const stripe = await stripeOver(
		async (address, init) =>
			await fetch(address, {
				...init,
				headers: {
					...Object.fromEntries(new Headers(init?.headers)),
					authorization: `Bearer ${key}`,
				},
			}),
		{ secretKey: key, baseUrl: url },
	);
	const now = () => new Date(standIn.account.now(null) * 1000);

	async function control(path: string, body: object) {
		const reply = await fetch(`${url}/_control/${path}`, {
			method: 'POST',
			body: JSON.stringify(body),
		});
		const json = (await reply.json()) as Record<string, unknown>;
		if (!reply.ok) throw new Error(JSON.stringify(json));
		return json;
	}

	function createConsumer(id: string, parameters: Record<string, unknown> = {}): TestConsumer {
		const executions: Outputs[] = [];
		const reports: string[] = [];
		const logs: string[] = [];
		const values: Record<string, unknown> = { events: [...LIFECYCLE_EVENTS], ...parameters };
		const settings = readSettings({
			getNodeParameter: (name, fallback) => values[name] ?? fallback,
		});
		const partition = { workspace: settings.workspace, mode: 'test' } as const;
		const consumer: Consumer = {
			id,
			settings: { ...settings, pullEveryMs: 0 },
			partition,
			store: store.partition(partition),
			stripe,
			reads: sharedReadsOf(store.partition(partition).inbox, { secretKey: key }, now),
			timeZone: 'UTC',
			now,
			log: (message) => void logs.push(message),
			report: (failure) => void reports.push(failure.message),
		};
		const items = () => executions.flatMap((outputs) => outputs.flat().map(({ json }) => json));
		const drainOnce: TestConsumer['drain'] = async (emit = async () => ({ kind: 'done' })) =>
			await drainInbox(readerOf(consumer), {
				emit: async (outputs) => {
					executions.push(outputs);
					return await emit(outputs);
				},
				whileAlive: alive,
			});
		return {
			consumer,
			executions,
			reports,
			logs,
			items,
			told: () =>
				items().map(({ event, account, stale }) =>
					[event, (account as { email: string }).email, stale ? 'stale' : '']
						.filter(Boolean)
						.join(' '),
				),
			drain: drainOnce,
			async catchUp(emit) {
				await pull(consumer);
				while ((await drainOnce(emit)) > 0);
			},
		};
	}

	return {
		standIn,
		url,
		stripe,
		store,
		now,
		control,
		consumer: createConsumer,
		move: async (span) => void (await control('clock', span)),
		async start(email, more = {}) {
			const { id: customer } = await stripe.customers.create({ email });
			const { id: subscription } = await stripe.subscriptions.create({
				customer,
				items: [{ price: PRICE }],
				trial_period_days: 14,
				trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
				metadata: { account_id: email.split('@')[0] ?? '' },
				...more,
			});
			return { customer, subscription };
		},
		giveCard: async (customer, kind) => void (await control('cards', { customer, kind })),
		async close() {
			await standIn.close();
			await store.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** Joins as a published trigger does. */
export async function published(
	world: World,
	id: string,
	parameters: Record<string, unknown> = {},
): Promise<TestConsumer> {
	const trigger = world.consumer(id, parameters);
	await enrol(trigger.consumer, ACCOUNT);
	return trigger;
}

/** Longer than a dead run is waited for. */
export const LEASE_S = LEASE_MS / 1000 + 1;
