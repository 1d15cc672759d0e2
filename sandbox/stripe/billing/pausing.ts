import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { invalidRequest } from '../api/failure.ts';
import type { Params } from '../api/params.ts';
import { update } from '../events/changes.ts';
import { currentPeriod, type Subscription } from '../resources/subscriptions.ts';
import { methodFor } from './collection.ts';
import { createInvoiceItem } from './extra-items.ts';
import { createDraft, settleAtOnce, subscriptionDraft } from './issuing.ts';
import { periodLine, prorationLine, remainingShare } from './lines.ts';
import { nextBoundary, PATIENCE } from './periods.ts';
import { pauseNow, resumeNow } from './standing.ts';
import { amountOf } from '../resources/prices.ts';

/** https://docs.stripe.com/billing/subscriptions/pause */
export function pauseSubscription(
	account: Account,
	subscription: Subscription,
	params: Params<Stripe.SubscriptionPauseParams>,
): Subscription {
	if (subscription.billing_mode.type !== 'flexible') {
		throw invalidRequest('Only subscriptions with `billing_mode.type=flexible` can be paused.');
	}
	if (subscription.status !== 'active' && subscription.status !== 'trialing') {
		throw invalidRequest(
			`This subscription cannot be paused because its status is ${subscription.status}.`,
		);
	}
	const unused = params.bill_for?.unused_time_from?.type ?? 'none';
	if (unused !== 'none' && subscription.status === 'active') credit(account, subscription, params);
	return pauseNow(account, subscription, 'pause_requested');
}

/** The time that was paid for and is not used comes back, with the next invoice or at once. */
function credit(
	account: Account,
	subscription: Subscription,
	params: Params<Stripe.SubscriptionPauseParams>,
) {
	const now = account.now(subscription.test_clock);
	const lines = subscription.items.map((item) => {
		const period = { start: item.current_period_start, end: item.current_period_end };
		const from =
			params.bill_for?.unused_time_from?.type === 'item_current_period_start' ? period.start : now;
		const amount = Math.round(
			amountOf(item.price, item.quantity ?? 1) * remainingShare(period, from),
		);
		return prorationLine(account, subscription.id, item, -amount, { start: from, end: period.end });
	});
	if (params.invoicing_behavior === 'invoice') {
		const draft = subscriptionDraft(account, subscription, lines, 'subscription_update');
		settleAtOnce(account, createDraft(account, draft));
		return;
	}
	for (const line of lines) {
		const item = createInvoiceItem(account, {
			amount: line.amount,
			currency: line.currency,
			customer: subscription.customer,
			description: line.description,
			period: line.period,
			pricing: line.pricing,
			proration: true,
			subscription: subscription.id,
		});
		account.emit('invoiceitem.created', item);
	}
}

/**
 * With a bill to pay first, the subscription waits for it: until it is tried (default) or until it is paid.
 * https://docs.stripe.com/billing/subscriptions/pause#resume
 */
export function resumeSubscription(
	account: Account,
	subscription: Subscription,
	params: Params<Stripe.SubscriptionResumeParams>,
): Subscription {
	if (subscription.status !== 'paused') {
		throw invalidRequest(
			`This subscription cannot be resumed because it is not paused. Its status is ${subscription.status}.`,
		);
	}
	if (subscription.collection_method !== 'charge_automatically') {
		throw invalidRequest(
			'Only subscriptions with `collection_method=charge_automatically` can be resumed.',
		);
	}
	const now = account.now(subscription.test_clock);
	const keepsAnchor =
		params.billing_cycle_anchor?.type === 'unchanged' && currentPeriod(subscription).end > now;
	const items = keepsAnchor
		? subscription.items
		: subscription.items.map((item) => ({
				...item,
				current_period_start: now,
				current_period_end: nextBoundary(now, item.price.recurring, now),
			}));
	const moved: Subscription = {
		...subscription,
		items,
		...(!keepsAnchor && { billing_cycle_anchor: now }),
	};
	if (keepsAnchor) return resumeNow(account, moved);
	const lines = items.map((item) =>
		periodLine(account, subscription.id, item, { start: now, end: item.current_period_end }),
	);
	const draft = subscriptionDraft(account, moved, lines, 'subscription_update');
	const invoice = createDraft(account, draft);
	const waiting = update(
		account,
		account.subscriptions,
		{
			...moved,
			latest_invoice: invoice.id,
			hidden: { ...moved.hidden, resumption: { invoice: invoice.id, until: now + PATIENCE } },
		},
		'customer.subscription.updated',
	);
	const canTry = methodFor(account, subscription.customer, waiting) !== undefined;
	if (canTry && params.payment_behavior !== 'resume_on_payment_success') {
		resumeNow(account, waiting);
	}
	settleAtOnce(account, invoice);
	return account.subscriptions.get(subscription.id) ?? waiting;
}
