import type { Plan, Subscription, SubscriptionStatus } from '../subscription.ts';
import type { Invoice } from './invoice.ts';

/** Something that Stripe told, in our words: what was so at that moment, whenever it is read. */
export interface BillingEvent {
	readonly id: string;
	readonly type: string;
	readonly at: Date;
	readonly customerId: string | null;
	/** The request to Stripe's API that caused it; null where Stripe acted by itself. */
	readonly requestId: string | null;
	readonly news: BillingNews;
}

export type BillingNews =
	| {
			readonly kind:
				| 'subscription_created'
				| 'subscription_paused'
				| 'subscription_resumed'
				| 'subscription_ended'
				| 'trial_will_end';
			/** As it was then. */
			readonly subscription: Subscription;
	  }
	| {
			readonly kind: 'subscription_updated';
			readonly subscription: Subscription;
			readonly before: SubscriptionBefore;
	  }
	| {
			readonly kind: 'invoice_paid' | 'payment_failed' | 'payment_action_required';
			readonly invoice: Invoice;
	  }
	| {
			readonly kind: 'payment_method_saved';
			/** True where Stripe says that there was none before, false where it does not say. */
			readonly isFirst: boolean;
	  }
	| { readonly kind: 'checkout_expired'; readonly checkout: Checkout }
	/** Nothing that a trial's life depends on. */
	| { readonly kind: 'other' };

/** What an update changed, as it was before; what it left alone is left out. */
export interface SubscriptionBefore {
	readonly status?: SubscriptionStatus;
	readonly trialEndsAt?: Date | null;
	readonly cancelsAt?: Date | null;
	readonly hasPaymentMethod?: boolean;
	readonly plans?: readonly Plan[];
}

/** A payment page that somebody opened and left. */
export interface Checkout {
	readonly id: string;
	readonly mode: string;
	readonly accountId: string | null;
	readonly email: string | null;
	/** Opens a copy of the page, where recovery was switched on. */
	readonly recoveryUrl: string | null;
	readonly metadata: Readonly<Record<string, string>>;
}

/** The subscription that an event is about, null when it is about none or only about its customer. */
export function subscriptionIdOf({ news }: BillingEvent): string | null {
	if ('subscription' in news) return news.subscription.id;
	return 'invoice' in news ? news.invoice.subscriptionId : null;
}
