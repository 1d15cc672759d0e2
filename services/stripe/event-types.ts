import type { LifecycleEventName } from '../../lifecycle/events/index.ts';

/** Which of Stripe's events can tell each lifecycle event. https://docs.stripe.com/api/events/types */
const TYPES = {
	trial_started: ['customer.subscription.created', 'customer.subscription.updated'],
	payment_method_added: [
		'customer.updated',
		'payment_method.attached',
		'setup_intent.succeeded',
		'checkout.session.completed',
		'customer.subscription.created',
		'customer.subscription.updated',
	],
	trial_extended: ['customer.subscription.updated'],
	trial_ending: ['customer.subscription.trial_will_end'],
	plan_changed: ['customer.subscription.updated'],
	cancellation_scheduled: ['customer.subscription.updated'],
	cancellation_undone: ['customer.subscription.updated'],
	payment_action_required: ['invoice.payment_action_required'],
	payment_failed: ['invoice.payment_failed'],
	payment_given_up: ['customer.subscription.updated'],
	trial_converted: ['invoice.paid'],
	payment_recovered: ['invoice.paid', 'customer.subscription.updated'],
	subscription_resumed: ['customer.subscription.resumed', 'invoice.paid'],
	trial_lapsed: [
		'customer.subscription.updated',
		'customer.subscription.paused',
		'customer.subscription.deleted',
	],
	subscription_canceled: ['customer.subscription.deleted'],
	checkout_abandoned: ['checkout.session.expired'],
} as const satisfies Record<LifecycleEventName, readonly string[]>;

export function stripeTypesFor(events: readonly LifecycleEventName[]): string[] {
	return [...new Set(events.flatMap((event) => TYPES[event]))].sort();
}
