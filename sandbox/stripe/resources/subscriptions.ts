import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { missingResource } from '../api/failure.ts';
import { listOf } from '../api/lists.ts';
import type { Presentation, Rendered } from '../api/presenter.ts';
import type { Seconds, Stored } from '../state/stored.ts';
import type { SubscriptionItem } from './subscription-items.ts';

/** What Stripe remembers of a subscription and never shows. */
export interface HiddenSubscription {
	/** The trial end for which `trial_will_end` was told. */
	readonly announcedTrialEnd: Seconds | null;
	/** The period end for which `invoice.upcoming` was told. */
	readonly announcedRenewal: Seconds | null;
	/** The invoice that a paused subscription waits for, and how long. */
	readonly resumption: { readonly invoice: string; readonly until: Seconds } | null;
}

export type Subscription = Omit<Stored<Stripe.Subscription>, 'items'> & {
	readonly items: readonly SubscriptionItem[];
	readonly hidden: HiddenSubscription;
};

export type SubscriptionStatus =
	| 'active'
	| 'canceled'
	| 'incomplete'
	| 'incomplete_expired'
	| 'past_due'
	| 'paused'
	| 'trialing'
	| 'unpaid';

export const subscriptionPresentation: Presentation<Subscription> = {
	object: 'subscription',
	render({ hidden: _, items, ...subscription }, account): Rendered {
		return {
			...subscription,
			items: listOf(
				items.map((item) => account.render(item)),
				`/v1/subscription_items?subscription=${subscription.id}`,
			),
		};
	},
	expandable: {
		customer: (account) => account.customersEver,
		default_payment_method: (account) => account.paymentMethods,
		discounts: (account) => account.discounts,
		latest_invoice: (account) => account.invoices,
		pending_setup_intent: (account) => account.setupIntents,
		test_clock: (account) => account.testClocks,
	},
};

export function subscriptionOf(
	account: Account,
	subscriptionId: string,
	param = 'id',
): Subscription {
	const subscription = account.subscriptions.get(subscriptionId);
	if (!subscription) throw missingResource('subscription', subscriptionId, param);
	return subscription;
}

export function isOver(subscription: Subscription): boolean {
	return subscription.status === 'canceled' || subscription.status === 'incomplete_expired';
}

/** The period of the item that ends first: what drives the next renewal. */
export function currentPeriod(subscription: Subscription): { start: Seconds; end: Seconds } {
	const ends = subscription.items.map((item) => item.current_period_end);
	const end = Math.min(...ends);
	const item = subscription.items.find((one) => one.current_period_end === end);
	return { start: item?.current_period_start ?? end, end };
}
