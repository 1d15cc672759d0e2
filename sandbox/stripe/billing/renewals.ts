import type { Account } from '../account.ts';
import { currentPeriod, type Subscription } from '../resources/subscriptions.ts';
import { DAY, without, type Seconds } from '../state/stored.ts';
import { cancelSubscription } from './cancellation.ts';
import { composeInvoice } from './compose.ts';
import { issueForPeriod, subscriptionDraft, waitingItems } from './issuing.ts';
import { invoiceItemLine, periodLine } from './lines.ts';
import { nextBoundary } from './periods.ts';
import { setStatus } from './standing.ts';
import { transitionEndedOffers } from './trial-offers.ts';

/** The items whose period is over, moved into the period that follows. */
function renewedItems(subscription: Subscription, now: Seconds): Subscription['items'] {
	return subscription.items.map((item) =>
		item.current_period_end > now
			? item
			: {
					...item,
					current_period_start: item.current_period_end,
					current_period_end: nextBoundary(
						subscription.billing_cycle_anchor,
						item.price.recurring,
						item.current_period_end,
					),
				},
	);
}

/** The end of a period: the subscription ends if it was to, else a new period is billed. */
export function renew(account: Account, subscription: Subscription): void {
	const now = account.now(subscription.test_clock);
	if (subscription.cancel_at_period_end) {
		cancelSubscription(account, subscription, { reason: 'cancellation_requested' });
		return;
	}
	const previous = currentPeriod(subscription);
	const before = transitionEndedOffers(account, subscription, now);
	const items = renewedItems(before, now);
	const lines = items
		.filter((item, index) => item !== before.items[index])
		.map((item) =>
			periodLine(account, subscription.id, item, {
				start: item.current_period_start,
				end: item.current_period_end,
			}),
		);
	const renewed: Subscription = { ...before, items };
	const draft = subscriptionDraft(account, renewed, lines, 'subscription_cycle', {
		start: previous.start,
		end: previous.end,
	});
	const invoice = issueForPeriod(account, draft);
	setStatus(account, renewed, renewed.status as 'active', { latest_invoice: invoice.id });
}

/** `invoice.upcoming` is told some days before a renewal, once per period; it has no invoice id. */
export function upcomingNoticeDueAt(account: Account, subscription: Subscription): Seconds | null {
	const { end } = currentPeriod(subscription);
	if (subscription.cancel_at_period_end || subscription.hidden.announcedRenewal === end)
		return null;
	return end - account.settings.upcomingInvoiceDays * DAY;
}

export function announceRenewal(account: Account, subscription: Subscription): void {
	const { start, end } = currentPeriod(subscription);
	account.subscriptions.put({
		...subscription,
		hidden: { ...subscription.hidden, announcedRenewal: end },
	});
	const items = renewedItems(subscription, end);
	const lines = items
		.filter((item, index) => item !== subscription.items[index])
		.map((item) =>
			periodLine(account, subscription.id, item, {
				start: item.current_period_start,
				end: item.current_period_end,
			}),
		);
	const waiting = waitingItems(account, subscription.customer, subscription.id);
	const invoice = composeInvoice(account, {
		...subscriptionDraft(account, subscription, lines, 'upcoming', { start, end }),
		lines: [...lines, ...waiting.map((item) => invoiceItemLine(account, item))],
	});
	account.emit('invoice.upcoming', without(invoice, 'id'));
}
