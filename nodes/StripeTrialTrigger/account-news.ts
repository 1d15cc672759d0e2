import type Stripe from 'stripe';
import { currentSubscription } from '../../lifecycle/current-subscription.ts';
import {
	changesBetween,
	mergeFacts,
	type Account,
	type AccountFacts,
} from '../../lifecycle/account.ts';
import {
	billInQuestion,
	deriveEvents,
	needsInvoices,
	pastToldBy,
	paymentsToldBy,
	subscriptionIdOf,
	type BillingEvent,
	type Invoice,
	type LifecycleEvent,
	type Situation,
} from '../../lifecycle/events/index.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import type { Ask } from '../../services/ask.ts';
import type { Asking } from '../../services/n8n/inbox/shared-reads.ts';
import { toFacts } from '../../services/stripe/account-facts.ts';
import { clocksOf } from '../../services/stripe/clock.ts';
import { readInvoices, readSubscriptions } from '../../services/stripe/read-account.ts';
import { withCollection, withFirstAttempts } from '../../services/stripe/collection.ts';
import { toBillingEvent } from '../../services/stripe/to-billing-event.ts';
import { toSubscription } from '../../services/stripe/to-subscription.ts';
import type { Consumer } from './consumer.ts';
import { isWatched, isWatchedWithout } from './settings.ts';
import { rememberCards, rememberFingerprints } from './trial-signs.ts';

/** What happened to one account, and who that is. */
export interface AccountNews {
	readonly events: readonly LifecycleEvent[];
	readonly owner: Owner;
	/** The subscription that speaks for the account. */
	readonly current: Subscription | null;
	/** By the clock that counts for this account. */
	readonly now: Date;
}

export interface Owner {
	readonly accountId: string | null;
	readonly customerId: string | null;
	readonly email: string | null;
	readonly name: string | null;
	readonly language: string | null;
	/** As the store joined it; null for somebody whom it does not know. */
	readonly account: Account | null;
}

/** What these events, all of one customer, mean. Reads the customer's subscriptions once. */
export async function readNews(
	consumer: Consumer,
	events: readonly Stripe.Event[],
	{ ask, askedAt }: Asking,
): Promise<AccountNews> {
	const { stripe, settings } = consumer;
	const clockOf = clocksOf(stripe, consumer.now, ask);
	const told = events.map(toBillingEvent);
	const customerId = told.find((event) => event.customerId !== null)?.customerId ?? null;
	const named = told.flatMap((event) => subscriptionIdOf(event) ?? []);
	const raws = customerId === null ? [] : await readSubscriptions(stripe, customerId, named, ask);
	const readAt = askedAt();
	const all = raws.map(toSubscription);
	const subscriptions = all.filter((one) => isWatched(one, settings.filter));
	const current = currentSubscription(subscriptions) ?? null;
	const watched = told.filter((event) => isAboutWatched(event, all, consumer));
	const explained = await Promise.all(
		watched.map(async (event) => await withCollection(stripe, event, ask)),
	);
	// Read last: a refusal without a reason is one that was paid since, and then the invoice says so.
	const billed: Situation = {
		// A customer's subscriptions share a clock, whichever of them are watched.
		now: await clockOf(current ?? all[0] ?? { testClockId: null }),
		subscriptions,
		invoices: await invoicesFor(
			watched,
			current,
			async (id) => await readInvoices(stripe, id, ask),
		),
	};
	const situation = await withBillsLookedAt(billed, watched, { stripe, ask });
	const found: Found = {
		...{ customerId, raws, all, current, told: watched, readAt },
		now: situation.now,
	};
	const owner = await ownerOf(consumer, found, ask);
	await rememberCards(consumer.store, events, owner.account);
	await rememberFingerprints(consumer.store, all);
	return { events: deriveEvents(explained, situation), owner, current, now: situation.now };
}

async function invoicesFor(
	events: readonly BillingEvent[],
	current: Subscription | null,
	read: (subscriptionId: string) => Promise<Invoice[]>,
): Promise<Situation['invoices']> {
	const asked = new Set(
		events.flatMap((event) => needsInvoices(event, current ?? undefined) ?? []),
	);
	return new Map(await Promise.all([...asked].map(async (id) => [id, await read(id)] as const)));
}

/** The situation with what only a further look tells, at the few bills for which that decides. */
async function withBillsLookedAt(
	situation: Situation,
	events: readonly BillingEvent[],
	{ stripe, ask }: { readonly stripe: Stripe; readonly ask: Ask },
): Promise<Situation> {
	const inQuestion = new Set(events.flatMap((event) => billInQuestion(event, situation)?.id ?? []));
	const invoices = await Promise.all(
		[...situation.invoices].map(
			async ([id, some]) => [id, await withFirstAttempts(stripe, some, inQuestion, ask)] as const,
		),
	);
	return { ...situation, invoices: new Map(invoices) };
}

/** An event of a subscription that the filter leaves out says nothing; one about nobody's has its own words. */
function isAboutWatched(
	event: BillingEvent,
	all: readonly Subscription[],
	{ settings: { filter } }: Consumer,
): boolean {
	const id = subscriptionIdOf(event);
	if (event.news.kind === 'checkout_expired') {
		return isWatchedWithout(event.news.checkout.metadata, filter);
	}
	if (id === null) return all.length === 0 || all.some((one) => isWatched(one, filter));
	return all.some((one) => one.id === id && isWatched(one, filter));
}

interface Found {
	readonly customerId: string | null;
	readonly raws: readonly Stripe.Subscription[];
	readonly all: readonly Subscription[];
	readonly current: Subscription | null;
	readonly told: readonly BillingEvent[];
	readonly readAt: Date;
	/** By the clock that counts for this account. */
	readonly now: Date;
}

/** Who it is; what was read goes to the store on the way. */
async function ownerOf(consumer: Consumer, found: Found, ask: Ask): Promise<Owner> {
	const { customerId, raws, all, current, told, readAt, now } = found;
	const raw = raws.find(({ id }) => id === current?.id) ?? raws[0];
	const facts = raw && toFacts(raw, readAt);
	if (!facts || typeof facts === 'string') return await strangerOf(consumer, found, ask);
	const { store } = consumer;
	// Payments first: what has been paid since is no debt of the present one.
	for (const paidAt of paymentsToldBy(told, all)) {
		await store.accounts.upsert({ accountId: facts.accountId, at: readAt, paidAt }, now);
	}
	const isCurrent = currentSubscription(all)?.id === facts.subscription.id;
	const { account } = await store.accounts.upsert({ ...facts, isCurrent }, now);
	const past = pastOf(facts.accountId, found);
	// Nearly always known since the first reading.
	if (changesBetween(account, mergeFacts(account, past, now)).length > 0) {
		await store.accounts.upsert(past, now);
	}
	const known = (await store.accounts.get(facts.accountId)) ?? account;
	return {
		accountId: facts.accountId,
		customerId,
		email: known.email,
		name: known.name,
		language: known.language,
		account: known,
	};
}

/** One customer in Stripe may pay for several accounts. */
function pastOf(accountId: string, { raws, all, told, readAt }: Found): AccountFacts {
	const own = new Set(
		raws.flatMap((raw) => {
			const facts = toFacts(raw, readAt);
			return typeof facts !== 'string' && facts.accountId === accountId ? [raw.id] : [];
		}),
	);
	const events = told.filter((event) => own.has(subscriptionIdOf(event) ?? ''));
	const subscriptions = all.filter(({ id }) => own.has(id));
	return { accountId, at: readAt, ...pastToldBy(events, subscriptions) };
}

/** Somebody without a subscription: what their payment page or customer says of them. */
async function strangerOf(
	{ stripe, store }: Consumer,
	{ customerId, told }: Found,
	ask: Ask,
): Promise<Owner> {
	const page = told.flatMap(({ news }) =>
		news.kind === 'checkout_expired' ? [news.checkout] : [],
	)[0];
	const customer =
		customerId === null
			? null
			: await ask(
					`customer ${customerId}`,
					async () => await stripe.customers.retrieve(customerId),
				);
	const living = customer?.deleted ? null : customer;
	const accountId = living?.metadata['account_id'] ?? page?.accountId ?? null;
	return {
		accountId,
		customerId,
		email: living?.email ?? page?.email ?? null,
		name: living?.name ?? null,
		language: living?.preferred_locales?.[0] ?? null,
		account: accountId === null ? null : await store.accounts.get(accountId),
	};
}
