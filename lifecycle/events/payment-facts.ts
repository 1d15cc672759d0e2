import { currentSubscription } from '../current-subscription.ts';
import type { Subscription } from '../subscription.ts';
import type { BillingEvent, Checkout } from './billing-event.ts';
import { factKeys } from './fact-keys.ts';
import { firstPayment, type Invoice } from './invoice.ts';
import { factKey, type Fact } from './lifecycle-event.ts';
import { hadPaidBy, type Situation } from './situation.ts';
import { paymentRecovered } from './subscription-facts.ts';

export function factsOfPayment(told: Invoice, situation: Situation): Fact[] {
	const subscription = situation.subscriptions.find(({ id }) => id === told.subscriptionId);
	if (!subscription) return [];
	const known = situation.invoices.get(told.subscriptionId) ?? [];
	const invoice = known.find(({ id }) => id === told.id) ?? told;
	const { paidAt } = invoice;
	if (!paidAt) return [];
	const paid = { ...invoice, paidAt };
	const invoices = [...known.filter(({ id }) => id !== told.id), invoice];
	const isFirst = firstPayment(invoices, subscription.trial)?.id === invoice.id;
	const isConversion = isFirst && subscription.trial && paidAt >= subscription.trial.startedAt;
	return [
		...(isConversion ? [converted(paid, subscription)] : []),
		...(isFirst && isComeback(subscription, situation) ? [cameBack(paid, subscription)] : []),
		...(invoice.attempt > 1 ? [paymentRecovered(paid, subscription)] : []),
	];
}

export function factsOfFailure(
	event: BillingEvent,
	name: 'payment_failed' | 'payment_action_required',
	invoice: Invoice,
	{ subscriptions }: Situation,
): Fact[] {
	const subscription = subscriptions.find(({ id }) => id === invoice.subscriptionId);
	if (!subscription) return [];
	return [
		{
			name,
			key: factKey(name, invoice.id, String(invoice.attempt)),
			occurredAt: event.at,
			subscription,
			invoice,
			reason: invoice.declineCode ?? (subscription.hasPaymentMethod ? null : 'no_payment_method'),
		},
	];
}

/**
 * The first payment method that the next charge would use. One that is merely attached to the customer is not
 * charged: https://docs.stripe.com/billing/subscriptions/payment-methods-setting
 */
export function factsOfPaymentMethod(
	event: BillingEvent,
	isFirst: boolean,
	situation: Situation,
): Fact[] {
	const subscription = currentSubscription(situation.subscriptions) ?? null;
	if (!isFirst && !subscription?.hasPaymentMethod) return [];
	// Who has paid had one before, whatever this one replaces.
	if (!isFirst && subscription && hadPaidBy(event.at, subscription, situation)) return [];
	return [
		{
			name: 'payment_method_added',
			// Once in the life of a customer, by whatever way it came.
			key: factKey('payment_method_added', event.customerId ?? event.id),
			occurredAt: event.at,
			subscription,
		},
	];
}

/** A card that a first subscription starts with came before it, or with it. */
export function factsOfInitialPaymentMethod(
	event: BillingEvent,
	created: Subscription,
	situation: Situation,
): Fact[] {
	const isFirst = situation.subscriptions.every(({ createdAt }) => createdAt >= created.createdAt);
	return isFirst ? factsOfPaymentMethod(event, false, situation) : [];
}

export function factsOfCheckout(
	event: BillingEvent,
	checkout: Checkout,
	{ subscriptions }: Situation,
): Fact[] {
	return [
		{
			name: 'checkout_abandoned',
			key: factKey('checkout_abandoned', checkout.id),
			occurredAt: event.at,
			subscription: currentSubscription(subscriptions) ?? null,
			checkout,
		},
	];
}

function converted(invoice: Invoice & { readonly paidAt: Date }, subscription: Subscription): Fact {
	return {
		name: 'trial_converted',
		key: factKeys.trialConverted(subscription),
		occurredAt: invoice.paidAt,
		subscription,
		invoice,
	};
}

function cameBack(invoice: Invoice & { readonly paidAt: Date }, subscription: Subscription): Fact {
	return {
		name: 'subscription_resumed',
		key: factKeys.returned(subscription),
		occurredAt: invoice.paidAt,
		subscription,
		invoice,
		reason: 'new_subscription',
	};
}

/** A new subscription without a trial, of somebody whose last one was over: not a switch from one to another. */
function isComeback(subscription: Subscription, { subscriptions }: Situation): boolean {
	return (
		subscription.trial === null &&
		subscriptions.some(
			({ id, endedAt, status }) =>
				id !== subscription.id &&
				status === 'canceled' &&
				endedAt !== null &&
				endedAt < subscription.createdAt,
		)
	);
}
