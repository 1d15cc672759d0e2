import type { Account } from '../account.ts';
import { update } from '../events/changes.ts';
import { refreshEntitlements } from './entitlements.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import type { Seconds } from '../state/stored.ts';

type Details = NonNullable<Subscription['cancellation_details']>;

export interface Cancellation {
	readonly reason: Details['reason'];
	readonly details?: Partial<Details>;
}

export const NO_CANCELLATION: Details = {
	comment: null,
	feedback: null,
	feedback_option: null,
	reason: null,
};

/** Ends a subscription now. Its open invoices are no longer collected by themselves. */
export function cancelSubscription(
	account: Account,
	subscription: Subscription,
	{ reason, details }: Cancellation,
): Subscription {
	const now = account.now(subscription.test_clock);
	const canceled: Subscription = {
		...subscription,
		canceled_at: subscription.canceled_at ?? now,
		cancellation_details: {
			...(subscription.cancellation_details ?? NO_CANCELLATION),
			...details,
			reason: subscription.cancellation_details?.reason ?? reason,
		},
		ended_at: now,
		status: 'canceled',
	};
	account.subscriptions.put(canceled);
	account.emit('customer.subscription.deleted', canceled);
	stopCollecting(account, subscription);
	refreshEntitlements(account, subscription.customer);
	return canceled;
}

function stopCollecting(account: Account, subscription: Subscription) {
	for (const invoice of account.invoices.where('subscription', subscription.id)) {
		if (invoice.status !== 'open' && invoice.status !== 'draft') continue;
		const stopped = {
			...invoice,
			auto_advance: false,
			automatically_finalizes_at: null,
			next_payment_attempt: null,
		};
		update(account, account.invoices, stopped, 'invoice.updated');
	}
}

/** When the last of the items' periods is over: what the customer has paid for. */
export function lastPeriodEnd({ items }: Subscription): Seconds {
	return Math.max(...items.map((item) => item.current_period_end));
}

/**
 * Marks the subscription to end with its period (or at an instant), or takes the mark off again. In classic
 * billing mode the end of the period stands in `cancel_at` too.
 * https://docs.stripe.com/billing/subscriptions/billing-mode/compare
 */
export function scheduleCancellation(
	account: Account,
	subscription: Subscription,
	schedule: { readonly atPeriodEnd: boolean; readonly at: number | null },
	details?: Partial<Details>,
): Subscription {
	const isScheduled = schedule.atPeriodEnd || schedule.at !== null;
	const present = subscription.cancellation_details ?? NO_CANCELLATION;
	const isClassic = subscription.billing_mode.type === 'classic';
	return {
		...subscription,
		cancel_at: schedule.atPeriodEnd && isClassic ? lastPeriodEnd(subscription) : schedule.at,
		cancel_at_period_end: schedule.atPeriodEnd,
		canceled_at: isScheduled
			? (subscription.canceled_at ?? account.now(subscription.test_clock))
			: null,
		cancellation_details: isScheduled
			? { ...present, ...details, reason: 'cancellation_requested' }
			: { ...NO_CANCELLATION, ...details },
	};
}
