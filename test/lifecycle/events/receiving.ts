import { mergeFacts, type Account, type AccountFacts } from '../../../lifecycle/account.ts';
import { accountAt } from '../../../lifecycle/account-now.ts';
import { currentSubscription } from '../../../lifecycle/current-subscription.ts';
import {
	billInQuestion,
	deriveEvents,
	isAfterTrial,
	needsInvoices,
	pastToldBy,
	paymentsToldBy,
	type BillingEvent,
	type Invoice,
	type LifecycleEvent,
	type Situation,
} from '../../../lifecycle/events/index.ts';
import type { Life } from './life.ts';

/** One of Stripe's events on its way: the account is read at that moment, never before it happened. */
export interface Delivery {
	readonly event: BillingEvent;
	readonly readAt: Date;
}

/** What becomes of a life that is received as the trigger does: `nodes/StripeTrialTrigger/drain.ts`. */
export interface Received {
	/** The timeline of the account: what happened, by key. */
	readonly recorded: ReadonlyMap<string, LifecycleEvent>;
	/** What a flow was given, in order, and when. */
	readonly told: readonly Told[];
	/** What a flow was given that leaves out what is stale. */
	readonly toldFresh: readonly Told[];
	/** What the flow claimed in each batch, and which of that it was given. */
	readonly claims: readonly Claim[];
	/** As the store knows it when everything has been received. */
	readonly account: Account | null;
}

export interface Claim {
	readonly facts: ReadonlyArray<{ readonly key: string; readonly eventId: string }>;
	readonly ours: ReadonlySet<string>;
}

export interface Told {
	readonly event: LifecycleEvent;
	readonly at: Date;
}

/** Takes the batches in the order in which they are read. All events of one are about one reading. */
export function receive(life: Life, batches: ReadonlyArray<readonly Delivery[]>): Received {
	const recorded = new Map<string, LifecycleEvent>();
	const [all, fresh] = [createFlow(false), createFlow(true)];
	let account: Account | null = null;
	for (const batch of batches) {
		const readAt = batch[0]?.readAt;
		if (!readAt) continue;
		const events = batch.map(({ event }) => event);
		const full = life.situation(readAt);
		account = learn(account, events, full);
		const derived = deriveEvents(events, asRead(events, full));
		for (const event of derived) {
			if (!recorded.has(event.key)) recorded.set(event.key, event);
		}
		all.take(derived, readAt);
		fresh.take(derived, readAt);
	}
	const end = life.situation().now;
	return {
		recorded,
		told: all.told,
		claims: all.claims,
		toldFresh: fresh.told,
		account: account && accountAt(account, end),
	};
}

/** A fact belongs to the event that first told it: `services/store/told-facts.ts`. */
function createFlow(dropsStale: boolean) {
	const owners = new Map<string, string>();
	const told: Told[] = [];
	const claims: Claim[] = [];
	return {
		told,
		claims,
		take(derived: readonly LifecycleEvent[], at: Date) {
			const wanted = derived.filter(
				({ isStale, isSuperseded }) => !isSuperseded && !(isStale && dropsStale),
			);
			const facts = wanted.map(({ key, cause }) => ({ key, eventId: cause.id }));
			for (const { key, eventId } of facts) owners.set(key, owners.get(key) ?? eventId);
			const isOurs = ({ key, cause }: LifecycleEvent) => owners.get(key) === cause.id;
			const given = wanted.filter(isOurs);
			claims.push({ facts, ours: new Set(given.map(({ key }) => key)) });
			told.push(...given.map((event) => ({ event, at })));
		},
	};
}

/** Only what the trigger asks for: `nodes/StripeTrialTrigger/account-news.ts`. */
function asRead(events: readonly BillingEvent[], full: Situation): Situation {
	const current = currentSubscription(full.subscriptions);
	const asked = new Set(events.flatMap((event) => needsInvoices(event, current) ?? []));
	const invoices = new Map(
		[...asked].map((id) => [id, (full.invoices.get(id) ?? []).map(unquestioned)] as const),
	);
	const situation = { ...full, invoices };
	const questioned = new Set(events.map((event) => billInQuestion(event, situation)?.id));
	const answer = (invoice: Invoice) =>
		full.invoices.get(invoice.subscriptionId)?.find(({ id }) => id === invoice.id) ?? invoice;
	return {
		...situation,
		invoices: new Map(
			[...invoices].map(
				([id, some]) =>
					[id, some.map((one) => (questioned.has(one.id) ? answer(one) : one))] as const,
			),
		),
	};
}

const unquestioned = (invoice: Invoice): Invoice => ({ ...invoice, hadPaymentMethod: null });

/** What the store learns with each reading: payments first, then what the current subscription is. */
function learn(
	known: Account | null,
	events: readonly BillingEvent[],
	{ now, subscriptions, invoices }: Situation,
): Account | null {
	const current = currentSubscription(subscriptions);
	if (!current) return known;
	const paid = paymentsToldBy(events, subscriptions).map((paidAt) => ({ paidAt }));
	const latest = invoices.get(current.id)?.at(-1);
	const past = pastToldBy(events, subscriptions);
	const facts: Array<Partial<AccountFacts>> = [...paid, factsOf(current, latest), past];
	return facts.reduce<Account | null>(
		(account, some) => mergeFacts(account, { accountId: 'acme-1', at: now, ...some }, now),
		known,
	);
}

/** As `services/stripe/account-facts.ts` has them from Stripe. */
function factsOf(
	subscription: NonNullable<AccountFacts['subscription']>,
	latest: Invoice | undefined,
): Partial<AccountFacts> {
	const paidAt = latest && isAfterTrial(latest, subscription.trial) ? latest.paidAt : null;
	const isFailing = latest?.status === 'open' && latest.attempt > 0;
	return {
		subscription,
		isCurrent: true,
		signedUpAt: subscription.createdAt,
		...(paidAt ? { paidAt } : {}),
		...(isFailing ? { failingSince: latest.createdAt } : {}),
	};
}
