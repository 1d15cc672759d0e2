/**
 * A subscription in the words of the trial business. Vendor shapes end where one of these is made
 * (`services/stripe/to-subscription.ts`); everything in `lifecycle/` reasons about these alone.
 */
export interface Subscription {
	readonly id: string;
	readonly customerId: string;
	/** The product's own id of the account (`metadata.account_id`), null on subscriptions made elsewhere. */
	readonly accountId: string | null;
	readonly status: SubscriptionStatus;
	/** Why a `paused` subscription is paused, null in every other status. */
	readonly pausedFor: PauseReason | null;
	/** Since when it is `paused`; null in every other status, and where Stripe's API version does not say. */
	readonly pausedAt: Date | null;
	readonly createdAt: Date;
	/** The trial it started with. Stays filled after the trial: evidence that there was one, not that it runs. */
	readonly trial: { readonly startedAt: Date; readonly endsAt: Date } | null;
	/** What happens at the end of the trial if there is no payment method by then. */
	readonly withoutPaymentMethod: MissingPaymentMethodBehavior;
	/** Whether a payment method is known that the next charge would use. */
	readonly hasPaymentMethod: boolean;
	/** Paid or promised until then: the latest period end over all items. */
	readonly currentPeriodEndsAt: Date | null;
	/** When it will end because somebody asked for it, null when no cancellation is scheduled. */
	readonly cancelsAt: Date | null;
	/** When the cancellation was asked for. */
	readonly cancelRequestedAt: Date | null;
	readonly endedAt: Date | null;
	readonly cancellation: {
		readonly reason: string | null;
		readonly feedback: string | null;
		readonly comment: string | null;
	};
	readonly plans: readonly Plan[];
	readonly testClockId: string | null;
	readonly isLive: boolean;
	readonly metadata: Readonly<Record<string, string>>;
}

/** https://docs.stripe.com/api/subscriptions/object#subscription_object-status */
export const SUBSCRIPTION_STATUSES = [
	'active',
	'canceled',
	'incomplete',
	'incomplete_expired',
	'past_due',
	'paused',
	'trialing',
	'unpaid',
] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/** https://docs.stripe.com/api/subscriptions/object#subscription_object-status_details */
export const PAUSE_REASONS = [
	'trial_end_without_payment_method',
	'pause_requested',
	'first_payment_failure',
	'final_payment_failure',
	'system',
] as const;
export type PauseReason = (typeof PAUSE_REASONS)[number];

/** https://docs.stripe.com/api/subscriptions/object#subscription_object-trial_settings */
export const MISSING_PAYMENT_METHOD_BEHAVIORS = ['cancel', 'create_invoice', 'pause'] as const;
export type MissingPaymentMethodBehavior = (typeof MISSING_PAYMENT_METHOD_BEHAVIORS)[number];

export const BILLING_INTERVALS = ['day', 'week', 'month', 'year'] as const;
export type BillingInterval = (typeof BILLING_INTERVALS)[number];

/** One item of a subscription: what is sold, how often, for how much. */
export interface Plan {
	readonly priceId: string;
	readonly productId: string;
	readonly quantity: number;
	/** In the currency's minor unit, null for tiered or metered prices without one unit amount. */
	readonly unitAmount: number | null;
	readonly currency: string;
	readonly interval: BillingInterval | null;
	readonly intervalCount: number;
}
