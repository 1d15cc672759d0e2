import type { Account } from '../account.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import { DAY, type Seconds } from '../state/stored.ts';
import { cancelSubscription } from './cancellation.ts';
import { methodFor } from './collection.ts';
import { createDraft, issueForPeriod, settleAtOnce, subscriptionDraft } from './issuing.ts';
import { periodLine } from './lines.ts';
import { nextBoundary } from './periods.ts';
import { pauseNow, setStatus } from './standing.ts';

/** https://docs.stripe.com/billing/subscriptions/trials */
const TRIAL_NOTICE = 3 * DAY;
export const MAX_TRIAL_DAYS = 730;

function isTrialing(subscription: Subscription): boolean {
	return subscription.status === 'trialing';
}

/** `trial_will_end` is told three days before the end, at once when less is left, once per end. */
export function trialNoticeDueAt({ trial_end: end, hidden }: Subscription): Seconds | null {
	return end === null || hidden.announcedTrialEnd === end ? null : end - TRIAL_NOTICE;
}

export function announceTrialEnd(account: Account, subscription: Subscription): Subscription {
	const announced = account.subscriptions.put({
		...subscription,
		hidden: { ...subscription.hidden, announcedTrialEnd: subscription.trial_end },
	});
	account.emit('customer.subscription.trial_will_end', announced);
	return announced;
}

export function announceIfSoon(account: Account, subscription: Subscription): Subscription {
	const at = isTrialing(subscription) ? trialNoticeDueAt(subscription) : null;
	return at !== null && at <= account.now(subscription.test_clock)
		? announceTrialEnd(account, subscription)
		: subscription;
}

/**
 * The end of a trial, come by itself or brought about. With a way to pay the subscription is active at once
 * and the first real invoice follows: an hour later when the end came by itself, in the same request when
 * it was brought about. https://docs.stripe.com/billing/subscriptions/trials#trial-ends
 */
export function endTrial(
	account: Account,
	subscription: Subscription,
	cause: 'came' | 'brought_about',
): Subscription {
	const now = account.now(subscription.test_clock);
	if (subscription.cancel_at_period_end || isReached(subscription.cancel_at, now)) {
		return cancelSubscription(account, subscription, { reason: 'cancellation_requested' });
	}
	const cannotPay =
		subscription.collection_method === 'charge_automatically' &&
		!methodFor(account, subscription.customer, subscription);
	const wish = subscription.trial_settings?.end_behavior.missing_payment_method;
	if (cannotPay && wish === 'cancel')
		return cancelSubscription(account, subscription, { reason: null });
	if (cannotPay && wish === 'pause') {
		return pauseNow(account, subscription, 'trial_end_without_payment_method');
	}
	return startPaying(account, subscription, now, cause);
}

function isReached(at: Seconds | null, now: Seconds): boolean {
	return at !== null && at <= now;
}

function startPaying(
	account: Account,
	subscription: Subscription,
	now: Seconds,
	cause: 'came' | 'brought_about',
): Subscription {
	const keepsAnchor =
		subscription.trial_settings?.end_behavior.billing_cycle_anchor === 'unchanged' &&
		subscription.billing_cycle_anchor < now;
	const anchor = keepsAnchor ? subscription.billing_cycle_anchor : now;
	const items = subscription.items.map((item) => ({
		...item,
		current_period_start: now,
		current_period_end: nextBoundary(anchor, item.price.recurring, now),
	}));
	const active: Subscription = {
		...subscription,
		billing_cycle_anchor: anchor,
		items,
		status: 'active',
	};
	const lines = items.map((item) =>
		periodLine(account, active.id, item, {
			start: item.current_period_start,
			end: item.current_period_end,
		}),
	);
	const period = { start: subscription.trial_start ?? now, end: now };
	const draft = subscriptionDraft(
		account,
		active,
		lines,
		cause === 'came' ? 'subscription_cycle' : 'subscription_update',
		period,
	);
	const invoice = (cause === 'came' ? issueForPeriod : createDraft)(account, draft);
	const paying = setStatus(account, active, 'active', { latest_invoice: invoice.id });
	if (cause === 'came') return paying;
	settleAtOnce(account, invoice);
	return account.subscriptions.get(paying.id) ?? paying;
}
