import type Stripe from 'stripe';

/** When the subscription will end because the person wants it, by either of Stripe's two ways to say so. */
export function leavesAt(subscription: Stripe.Subscription): number | null {
	if (subscription.cancel_at !== null) return subscription.cancel_at;
	return subscription.cancel_at_period_end ? periodEnd(subscription) : null;
}

/** Items can have periods of their own; what is paid for lasts until the last of them. */
export function periodEnd(subscription: Stripe.Subscription): number {
	return Math.max(...subscription.items.data.map((item) => item.current_period_end));
}
