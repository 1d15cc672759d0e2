import type Stripe from 'stripe';
import type { AccessPolicy } from '../../../lifecycle/access.ts';
import { hasOtherAccess } from '../../../lifecycle/access-difference.ts';
import type { FieldChange } from '../../../lifecycle/account.ts';
import { differencesIn } from '../../../lifecycle/drift.ts';
import { factKeys } from '../../../lifecycle/events/index.ts';
import { lapseReason } from '../../../lifecycle/lapse-reason.ts';
import { giveWay } from '../../../services/store/give-way.ts';
import type { StorePartition, UpsertResult } from '../../../services/store/index.ts';
import { toFacts, type SubscriptionFacts } from '../../../services/stripe/account-facts.ts';
import type { ClockOf } from '../../../services/stripe/clock.ts';
import type { Tally } from './tally.ts';

/** What both kinds of pages are worked with. */
export interface Desk {
	readonly partition: Pick<StorePartition, 'accounts' | 'timeline'>;
	readonly clockOf: ClockOf;
	readonly executionId: string | undefined;
	readonly tally: Tally;
	/** Whose access is another than these rules demand is named. */
	readonly policy: AccessPolicy;
}

/** Joins a page of subscriptions, read at that instant, to the accounts that they belong to. */
export async function joinSubscriptions(
	desk: Desk,
	page: Stripe.Subscription[],
	readAt: Date,
): Promise<void> {
	// Emptied at once: what Stripe sends is many times what is kept of it, and would outlive the young generation.
	const learnt = page.splice(0).map((raw) => ({ id: raw.id, facts: toFacts(raw, readAt) }));
	await tellBeginnings(
		desk,
		learnt.flatMap(({ facts }) => (typeof facts === 'string' ? [] : [facts])),
	);
	for (const { id, facts } of learnt) {
		await giveWay();
		if (typeof facts === 'string') desk.tally.skipped(id, facts);
		else await joinSubscription(desk, facts);
	}
}

async function joinSubscription(desk: Desk, facts: SubscriptionFacts): Promise<void> {
	const { partition, clockOf, tally, policy } = desk;
	const now = await clockOf(facts.subscription);
	const result = await partition.accounts.upsert(facts, now);
	tally.count(result.outcome);
	if (hasOtherAccess(result.account, policy, now)) {
		tally.doubtsAccess(facts.accountId);
	}
	if (result.outcome === 'changed') await tellDrift(desk, result, facts.subscription.id, now);
}

/**
 * From here on the store knows these accounts. Told before they are there, so that a run which is killed in between
 * tells it again, and all of a page at once.
 */
async function tellBeginnings(
	{ partition, clockOf, executionId }: Desk,
	all: readonly SubscriptionFacts[],
): Promise<void> {
	const accounts = await partition.accounts.getAll(all.map(({ accountId }) => accountId));
	const known = new Set(accounts.map(({ accountId }) => accountId));
	const strangers = all.filter(({ accountId }) => !known.has(accountId));
	const entries = strangers.map(async ({ accountId, customerId, subscription }) => ({
		...{ accountId, kind: 'account_imported', source: 'trialAccount' },
		...(executionId === undefined ? {} : { executionId }),
		at: await clockOf(subscription),
		key: `account_imported/${accountId}`,
		data: { customerId, subscriptionId: subscription.id },
	}));
	await partition.timeline.appendAll(await Promise.all(entries));
}

/** Writes down what was not as Stripe says: in the report as far as it has room, in the timeline always. */
export async function tellDrift(
	{ partition, executionId, tally }: Desk,
	{ account, changes }: Pick<UpsertResult, 'account' | 'changes'>,
	subscriptionId: string,
	now: Date,
): Promise<void> {
	const { accountId, subscription } = account;
	const teller = { accountId, source: 'trialAccount' };
	tally.drifted({ accountId, subscriptionId, changes });
	tally.doubtsAccess(accountId);
	await partition.timeline.append({
		...teller,
		...(executionId === undefined ? {} : { executionId }),
		at: now,
		kind: 'drift_mended',
		data: { subscriptionId, changes: differencesIn(changes) },
	});
	if (!hasJustLapsed(account.stage, changes) || !subscription) return;
	// Nobody else has told: a lapse that was noticed in time would not be a drift. It was not done by this execution.
	await partition.timeline.append({
		...teller,
		at: account.lapsedAt ?? now,
		kind: 'trial_lapsed',
		// As whoever notices a lapse in time calls it.
		key: factKeys.trialLapsed(subscription),
		data: { subscriptionId: subscription.id, reason: lapseReason(subscription) },
	});
}

function hasJustLapsed(stage: string, changes: readonly FieldChange[]): boolean {
	return stage === 'lapsed' && changes.some(({ field }) => field === 'stage');
}
