import type Stripe from 'stripe';
import { leavesAt, periodEnd } from './subscription-end.ts';
import { money } from './timeline.ts';

/** Something that will happen by itself when the person's time gets there. */
export interface Upcoming {
	readonly at: string;
	readonly title: string;
}

/** What billing has in store for a person, soonest first. */
export function upcomingBilling(
	subscription: Stripe.Subscription | undefined,
	invoices: readonly Stripe.Invoice[],
	hasCard: boolean,
	now: Date,
): readonly Upcoming[] {
	const found = [
		...(subscription ? ofSubscription(subscription, hasCard) : []),
		...invoices.flatMap(ofInvoice),
	];
	return found
		.filter(({ at }) => at * 1000 > now.getTime())
		.sort((one, other) => one.at - other.at)
		.map(({ at, title }) => ({ at: new Date(at * 1000).toISOString(), title }));
}

interface Due {
	readonly at: number;
	readonly title: string;
}

const THREE_DAYS = 3 * 86_400;

function ofSubscription(subscription: Stripe.Subscription, hasCard: boolean): Due[] {
	const { status, trial_end: trialEnd } = subscription;
	if (status === 'trialing' && trialEnd !== null) {
		return [
			{ at: trialEnd - THREE_DAYS, title: 'Stripe announces the end of the trial' },
			{ at: trialEnd, title: `Trial ends: ${endOfTrial(subscription, hasCard)}` },
		];
	}
	if (status !== 'active' && status !== 'past_due') return [];
	const leaving = leavesAt(subscription);
	return leaving === null
		? [{ at: periodEnd(subscription), title: `Renewal over ${price(subscription)}` }]
		: [{ at: leaving, title: 'Subscription ends, as planned' }];
}

function endOfTrial(subscription: Stripe.Subscription, hasCard: boolean): string {
	if (leavesAt(subscription) !== null) return 'the subscription ends, as planned';
	if (hasCard) return `first invoice over ${price(subscription)}`;
	switch (subscription.trial_settings?.end_behavior.missing_payment_method) {
		case 'pause':
			return 'without a card it pauses';
		case 'cancel':
			return 'without a card it is cancelled';
		default:
			return 'an invoice is sent and fails without a card';
	}
}

function ofInvoice(invoice: Stripe.Invoice): Due[] {
	const amount = money(invoice.amount_due, invoice.currency);
	if (invoice.status === 'draft' && invoice.automatically_finalizes_at) {
		return [{ at: invoice.automatically_finalizes_at, title: `Invoice over ${amount} is charged` }];
	}
	if (invoice.status === 'open' && invoice.next_payment_attempt) {
		return [{ at: invoice.next_payment_attempt, title: `Next attempt to collect ${amount}` }];
	}
	return [];
}

function price(subscription: Stripe.Subscription): string {
	const amount = subscription.items.data.reduce(
		(sum, item) => sum + (item.price.unit_amount ?? 0) * (item.quantity ?? 1),
		0,
	);
	return money(amount, subscription.currency);
}
