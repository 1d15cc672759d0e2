/**
 * What can happen to an account, in business words. The order is the one in which they follow each other when
 * Stripe dates them in the same second.
 */
export const LIFECYCLE_EVENTS = [
	'trial_started',
	'payment_method_added',
	'trial_extended',
	'trial_ending',
	'plan_changed',
	'cancellation_scheduled',
	'cancellation_undone',
	'payment_action_required',
	'payment_failed',
	'payment_given_up',
	'trial_converted',
	'payment_recovered',
	'subscription_resumed',
	'trial_lapsed',
	'subscription_canceled',
	'checkout_abandoned',
] as const;
export type LifecycleEventName = (typeof LIFECYCLE_EVENTS)[number];
