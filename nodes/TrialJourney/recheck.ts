import type Stripe from 'stripe';
import { mergeFacts, type Account } from '../../lifecycle/account.ts';
import { currentSubscription } from '../../lifecycle/current-subscription.ts';
import { toFacts, type SubscriptionFacts } from '../../services/stripe/account-facts.ts';
import { ifPresent } from '../../services/stripe/if-present.ts';
import { readSubscriptions } from '../../services/stripe/read-account.ts';
import type { StorePartition } from '../../services/store/index.ts';
import type { Timeline } from './clocks.ts';

export interface Rechecking {
	readonly stripe: Stripe;
	readonly store: StorePartition;
	readonly isDryRun: boolean;
	/** The real time: what is read is as new as that, whatever a test clock says. */
	readonly now: () => Date;
}

/**
 * The account as Stripe has it this very moment; what was learnt goes to the store on the way. By a list per
 * customer, because a search finds changes only after a while: https://docs.stripe.com/search#data-freshness
 */
export async function recheck(
	known: Account,
	{ testClockId, now: clock }: Pick<Timeline, 'testClockId' | 'now'>,
	checking: Rechecking,
): Promise<Account> {
	const { stripe, store, isDryRun, now } = checking;
	const { accountId, customerId, subscription } = known;
	if (customerId === null) return known;
	const readAt = now();
	const named = subscription ? [subscription.id] : [];
	// The people of a test that was cleaned up are gone.
	const raws = await ifPresent(readSubscriptions(stripe, customerId, named));
	const facts = factsOf(accountId, raws ?? [], readAt);
	if (!facts) return mergeFacts(known, { accountId, at: readAt, subscription: null }, readAt);
	if (isDryRun) return mergeFacts(known, facts, readAt);
	const { account } = await store.accounts.upsert(facts, testClockId ? clock : now());
	return account;
}

/** One customer in Stripe may pay for several accounts. */
function factsOf(
	accountId: string,
	raws: readonly Stripe.Subscription[],
	readAt: Date,
): SubscriptionFacts | null {
	const own = raws.flatMap((raw) => {
		const facts = toFacts(raw, readAt);
		return typeof facts === 'string' || facts.accountId !== accountId ? [] : [facts];
	});
	const current = currentSubscription(own.map(({ subscription }) => subscription));
	const facts = own.find(({ subscription }) => subscription.id === current?.id);
	return facts ? { ...facts, isCurrent: true } : null;
}
