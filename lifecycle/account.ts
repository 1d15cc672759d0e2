import { isDeepStrictEqual } from 'node:util';
import type { AccessLevel } from './access-level.ts';
import type { Consent } from './consent.ts';
import { supersedes } from './current-subscription.ts';
import { lapsedAt, stageOf, type Stage } from './stage.ts';
import type { Subscription } from './subscription.ts';

/** One customer of the SaaS: what Stripe, Intercom and the product know, joined. */
export interface Account extends LatestFacts {
	readonly accountId: string;
	readonly signedUpAt: Date | null;
	readonly lastActiveAt: Date | null;
	/** When the person last wrote to us. */
	readonly lastRepliedAt: Date | null;
	/** First and last paid invoice for a period after a trial, over all subscriptions. */
	readonly firstPaidAt: Date | null;
	readonly lastPaidAt: Date | null;
	/** The latest end that a trial ever had, over all subscriptions: evidence that there was one. */
	readonly lastTrialEndsAt: Date | null;
	/** Since when the present subscription is past due, null when it is not. */
	readonly failingSince: Date | null;
	/** When the trial ended that did not convert, null in every stage but `lapsed`. */
	readonly lapsedAt: Date | null;
	readonly stage: Stage;
	/** As of when each of the latest facts is true. */
	readonly knownAt: Readonly<Partial<Record<keyof LatestFacts, Date>>>;
}

/** Facts that change: the newest one counts, whenever it arrives. */
export interface LatestFacts {
	readonly email: string | null;
	readonly name: string | null;
	readonly language: string | null;
	readonly timeZone: string | null;
	readonly customerId: string | null;
	/** The subscription that speaks for the account. */
	readonly subscription: Subscription | null;
	readonly contactId: string | null;
	readonly consent: Consent | null;
	readonly accessLevel: AccessLevel | null;
	readonly instanceUrl: string | null;
}

/** What somebody learnt about an account, true as of `at`. What is left out stays as it was. */
export interface AccountFacts extends Partial<LatestFacts> {
	readonly accountId: string;
	/** When the source read or wrote it, never when it arrived here. */
	readonly at: Date;
	/** Whether all subscriptions of the account were read and this one speaks for it; else it is one of them. */
	readonly isCurrent?: boolean;
	readonly signedUpAt?: Date;
	readonly lastActiveAt?: Date;
	readonly lastRepliedAt?: Date;
	/** An end that a trial of the account had at some time. */
	readonly trialEndsAt?: Date;
	/** When an invoice for a period after a trial was paid. */
	readonly paidAt?: Date;
	/** When the first attempt failed that is still unpaid; without it, past due counts from when it was noticed. */
	readonly failingSince?: Date;
}

export interface FieldChange {
	readonly field: keyof Account;
	readonly from: unknown;
	readonly to: unknown;
}

const LATEST_FIELDS = [
	'email',
	'name',
	'language',
	'timeZone',
	'customerId',
	'contactId',
	'consent',
	'accessLevel',
	'instanceUrl',
] as const satisfies ReadonlyArray<keyof LatestFacts>;

/**
 * The account after learning these facts: the same whatever order they arrive in, because older facts never
 * overwrite newer ones and a superseded subscription never speaks for the account.
 */
export function mergeFacts(known: Account | null, facts: AccountFacts, now: Date): Account {
	const before = known ?? emptyAccount(facts.accountId);
	const latest = newestOf(before, facts);
	const merged: Account = {
		...before,
		...latest.fields,
		knownAt: { ...before.knownAt, ...latest.knownAt },
		signedUpAt: earlier(before.signedUpAt, facts.signedUpAt),
		lastActiveAt: later(before.lastActiveAt, facts.lastActiveAt),
		lastRepliedAt: later(before.lastRepliedAt, facts.lastRepliedAt),
		firstPaidAt: earlier(before.firstPaidAt, facts.paidAt),
		lastPaidAt: later(before.lastPaidAt, facts.paidAt),
		lastTrialEndsAt: later(
			later(before.lastTrialEndsAt, facts.subscription?.trial?.endsAt),
			facts.trialEndsAt,
		),
	};
	return withSubscription(merged, before, facts, now);
}

/** What a reader of the account would notice; that a fact was merely confirmed is no change. */
export function changesBetween(before: Account, after: Account): readonly FieldChange[] {
	const fields = Object.keys(after) as Array<keyof Account>;
	return fields
		.filter((field) => field !== 'knownAt' && !isDeepStrictEqual(before[field], after[field]))
		.map((field) => ({ field, from: before[field], to: after[field] }));
}

/** Whether the facts tell of nothing that began after the person had asked to be forgotten. */
export function isOfErasedLife(facts: AccountFacts, erasedAt: Date): boolean {
	const beginnings = [facts.signedUpAt, facts.subscription?.createdAt];
	return beginnings.every((beganAt) => !beganAt || beganAt <= erasedAt);
}

/** Whether an invoice was paid for the present subscription after its trial. */
export function hasPaid({ subscription, lastPaidAt }: Account): boolean {
	return subscription !== null && lastPaidAt !== null && lastPaidAt >= subscription.createdAt;
}

function emptyAccount(accountId: string): Account {
	return {
		accountId,
		email: null,
		name: null,
		language: null,
		timeZone: null,
		customerId: null,
		subscription: null,
		contactId: null,
		consent: null,
		accessLevel: null,
		instanceUrl: null,
		signedUpAt: null,
		lastActiveAt: null,
		lastRepliedAt: null,
		firstPaidAt: null,
		lastPaidAt: null,
		lastTrialEndsAt: null,
		failingSince: null,
		lapsedAt: null,
		stage: 'none',
		knownAt: {},
	};
}

function newestOf({ knownAt }: Account, facts: AccountFacts) {
	const news = LATEST_FIELDS.filter(
		(field) => facts[field] !== undefined && isNews(facts.at, knownAt[field]),
	);
	return {
		fields: Object.fromEntries(news.map((field) => [field, facts[field]])),
		knownAt: Object.fromEntries(news.map((field) => [field, facts.at])),
	};
}

function withSubscription(
	merged: Account,
	before: Account,
	facts: AccountFacts,
	now: Date,
): Account {
	const isNew = speaksForAccount(before, facts);
	const subscription = isNew ? (facts.subscription ?? null) : before.subscription;
	const paid = hasPaid({ ...merged, subscription });
	const stage = stageOf(subscription, { hasPaid: paid }, now);
	return {
		...merged,
		subscription,
		knownAt: isNew ? { ...merged.knownAt, subscription: facts.at } : merged.knownAt,
		failingSince: isNew ? failingSince(before, facts) : before.failingSince,
		stage,
		lapsedAt: stage === 'lapsed' && subscription ? lapsedAt(subscription) : null,
	};
}

function speaksForAccount(before: Account, { subscription, at, isCurrent }: AccountFacts): boolean {
	if (subscription === undefined) return false;
	const isNewer = isNews(at, before.knownAt.subscription);
	if (!before.subscription || !subscription) return isNewer;
	if (before.subscription.id === subscription.id) return isNewer;
	// What is known of the other one may be long over.
	if (isNewer && isCurrent) return true;
	if (!supersedes(subscription, before.subscription)) return false;
	// An old reading of an older subscription may still call it alive.
	return isNewer || subscription.createdAt > before.subscription.createdAt;
}

/** The first of the debts that are open: the next invoice that fails as well begins no new grace. */
function failingSince(before: Account, { subscription, at, ...facts }: AccountFacts): Date | null {
	if (subscription?.status !== 'past_due' && subscription?.status !== 'unpaid') return null;
	const isSame = before.subscription?.id === subscription.id;
	const known = isSame ? before.failingSince : null;
	const paidAt = later(before.lastPaidAt, facts.paidAt);
	const isSettled = known !== null && paidAt !== null && paidAt > known;
	return earlier(isSettled ? null : known, facts.failingSince) ?? at;
}

function isNews(at: Date, knownAt: Date | undefined): boolean {
	return !knownAt || at >= knownAt;
}

function earlier(one: Date | null, other: Date | undefined): Date | null {
	if (!one || !other) return one ?? other ?? null;
	return one <= other ? one : other;
}

function later(one: Date | null, other: Date | undefined): Date | null {
	if (!one || !other) return one ?? other ?? null;
	return one >= other ? one : other;
}
