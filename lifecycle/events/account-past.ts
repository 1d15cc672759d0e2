import type { AccountFacts } from '../account.ts';
import type { Subscription } from '../subscription.ts';
import type { BillingEvent } from './billing-event.ts';
import { isAfterTrial } from './invoice.ts';

/**
 * When somebody paid for time after a trial, as these events tell: what makes an account one that has paid. Each
 * invoice is judged by the trial of its own subscription: another may have come after it.
 */
export function paymentsToldBy(
	events: readonly BillingEvent[],
	subscriptions: readonly Subscription[],
): Date[] {
	return events.flatMap(({ news }) => {
		if (news.kind !== 'invoice_paid' || !news.invoice.paidAt) return [];
		const billed = subscriptions.find(({ id }) => id === news.invoice.subscriptionId);
		return isAfterTrial(news.invoice, billed?.trial ?? null) ? [news.invoice.paidAt] : [];
	});
}

/**
 * What the current subscription does not tell of its account: when the first one began, and the latest end that a
 * trial ever had. Whoever reads late sees neither a trial before it was cut short nor the one before the present
 * subscription; the events and the other subscriptions still tell of them.
 */
export function pastToldBy(
	events: readonly BillingEvent[],
	subscriptions: readonly Subscription[],
): Pick<AccountFacts, 'signedUpAt' | 'trialEndsAt'> {
	const signedUpAt = subscriptions.map(({ createdAt }) => createdAt).sort(byTime)[0];
	const ends = [
		...subscriptions.map(({ trial }) => trial?.endsAt),
		...events.map(({ news }) => 'subscription' in news && news.subscription.trial?.endsAt),
	];
	const trialEndsAt = ends
		.filter((end) => end instanceof Date)
		.sort(byTime)
		.at(-1);
	return {
		...(signedUpAt ? { signedUpAt } : {}),
		...(trialEndsAt ? { trialEndsAt } : {}),
	};
}

function byTime(one: Date, other: Date): number {
	return one.getTime() - other.getTime();
}
