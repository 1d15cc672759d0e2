import { currentSubscription, supersedes } from '../current-subscription.ts';
import type { Subscription } from '../subscription.ts';
import type { BillingEvent, BillingNews } from './billing-event.ts';
import { firstPayment, type Invoice } from './invoice.ts';

/** An account as it is now, read once for all events about it. */
export interface Situation {
	/** By the clock that counts for this account: a test clock has its own time. */
	readonly now: Date;
	/** Every subscription of the account; those that the reader does not watch are left out. */
	readonly subscriptions: readonly Subscription[];
	/** Every invoice of the subscriptions for which an event `needsInvoices`, by subscription. */
	readonly invoices: ReadonlyMap<string, readonly Invoice[]>;
}

export function invoicesOf(
	subscriptionId: string,
	{ invoices }: Pick<Situation, 'invoices'>,
): readonly Invoice[] {
	return invoices.get(subscriptionId) ?? [];
}

/** What an event says of a subscription was so then; this is how it is now. */
export function presentOf(
	then: Subscription,
	{ subscriptions }: Pick<Situation, 'subscriptions'>,
): Subscription {
	return subscriptions.find(({ id }) => id === then.id) ?? then;
}

/** Whether another subscription speaks for the account: what is told of this one is about the past. */
export function isSuperseded(
	subscription: Subscription,
	{ subscriptions }: Pick<Situation, 'subscriptions'>,
): boolean {
	const current = currentSubscription(subscriptions);
	return (
		current !== undefined && current.id !== subscription.id && supersedes(current, subscription)
	);
}

/**
 * Whether another subscription spoke for the account already when the event came: a plan that was given up for
 * another one, an attempt beside a subscription that runs. What is so then stays so, whenever it is read.
 */
export function wasSuperseded(
	{ at }: BillingEvent,
	subscription: Subscription,
	{ subscriptions }: Situation,
): boolean {
	const history = subscriptions.filter(({ createdAt }) => createdAt <= at);
	return isSuperseded(asOf(at, presentOf(subscription, { subscriptions })), {
		subscriptions: history.map((one) => asOf(at, one)),
	});
}

/** As far as it matters for who speaks: what ended later was still alive. */
function asOf(at: Date, subscription: Subscription): Subscription {
	const { status, endedAt } = subscription;
	return status === 'canceled' && endedAt !== null && endedAt > at
		? { ...subscription, status: 'active' }
		: subscription;
}

/** Whether time after the trial had been paid for by then; what was paid later does not change the past. */
export function hadPaidBy(at: Date, { id, trial }: Subscription, situation: Situation): boolean {
	const first = firstPayment(invoicesOf(id, situation), trial);
	return first !== undefined && first.paidAt <= at;
}

/**
 * Whether what an event means depends on what was paid before: only then the invoices are worth a request.
 * `current` is the subscription that speaks for the account.
 */
export function needsInvoices(
	{ news }: BillingEvent,
	current: Subscription | undefined,
): string | null {
	switch (news.kind) {
		case 'invoice_paid':
			return isOfTrialItself(news.invoice) ? null : news.invoice.subscriptionId;
		case 'payment_failed':
			return news.invoice.subscriptionId;
		case 'subscription_paused':
		case 'subscription_ended':
			return news.subscription.id;
		case 'subscription_updated':
			return news.before.status !== undefined || hasNewMethodAfterTrial(news)
				? news.subscription.id
				: null;
		case 'payment_method_saved':
			return !news.isFirst && current && current.status !== 'trialing' ? current.id : null;
		case 'subscription_created':
		case 'subscription_resumed':
		case 'trial_will_end':
		case 'payment_action_required':
		case 'checkout_expired':
		case 'other':
			return null;
	}
}

function hasNewMethodAfterTrial(news: BillingNews & { kind: 'subscription_updated' }): boolean {
	return news.before.hasPaymentMethod === false && news.subscription.status !== 'trialing';
}

/** The empty invoice with which a trial starts, by far the most frequent one. */
function isOfTrialItself({ isFirst, amountDue, periods }: Invoice): boolean {
	return isFirst && amountDue === 0 && periods.every(({ amount }) => amount === 0);
}
