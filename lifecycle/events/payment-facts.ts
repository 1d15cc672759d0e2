import { currentSubscription } from '../current-subscription.ts';
import { hasNoMoreRetries, stageOf } from '../stage.ts';
import type { Subscription } from '../subscription.ts';
import type { BillingEvent, Checkout, SubscriptionBefore } from './billing-event.ts';
import { factKeys } from './fact-keys.ts';
import {
	billOfReturn,
	firstPayment,
	paymentsOf,
	type Invoice,
	type PaidInvoice,
} from './invoice.ts';
import { factKey, type Fact } from './lifecycle-event.ts';
import { hadPaidBy, invoicesOf, type Situation } from './situation.ts';

/** Stripe may date a payment and the change of status that it causes some seconds apart. */
const SAME_MOMENT_MS = 10 * 60_000;

export function factsOfPayment(told: Invoice, situation: Situation): Fact[] {
	const subscription = situation.subscriptions.find(({ id }) => id === told.subscriptionId);
	if (!subscription) return [];
	const known = invoicesOf(told.subscriptionId, situation);
	const invoice = known.find(({ id }) => id === told.id) ?? told;
	const { paidAt } = invoice;
	if (!paidAt) return [];
	const paid = { ...invoice, paidAt };
	const invoices = [...known.filter(({ id }) => id !== told.id), invoice];
	const isFirst = firstPayment(invoices, subscription.trial)?.id === invoice.id;
	const { trial } = subscription;
	return [
		...(isFirst && trial && paidAt >= trial.startedAt
			? [converted(paid, subscription, billOfReturn(invoices, trial, paidAt) !== undefined)]
			: []),
		...(isFirst && isComeback(subscription, situation) ? [cameBack(paid, subscription)] : []),
		...(invoice.attempt > 1 ? [paymentRecovered(paid, subscription)] : []),
	];
}

/** What a change of status says of money: that it came, or that Stripe waits for it no longer. */
export function factsOfSettlement(
	event: BillingEvent,
	then: Subscription,
	before: SubscriptionBefore,
	situation: Situation,
): Fact[] {
	if (before.status === undefined) return [];
	if (hasNoMoreRetries(then)) return givenUp(event, then, situation);
	const wasOwing = before.status === 'past_due' || before.status === 'unpaid';
	return wasOwing && then.status === 'active' ? recovered(event, then, situation) : [];
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
			reason:
				invoice.declineCode ?? (hadMethod(invoice, subscription) ? null : 'no_payment_method'),
		},
	];
}

/** Turns without a method are passed over, so whoever hears of a later attempt had one by then. */
function hadMethod({ hadPaymentMethod, attempt }: Invoice, present: Subscription): boolean {
	return attempt > 1 || (hadPaymentMethod ?? present.hasPaymentMethod);
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

function converted(invoice: PaidInvoice, subscription: Subscription, wasAway: boolean): Fact {
	return {
		name: 'trial_converted',
		key: factKeys.trialConverted(subscription),
		occurredAt: invoice.paidAt,
		subscription,
		invoice,
		reason: wasAway ? 'came_back' : null,
	};
}

function paymentRecovered(invoice: PaidInvoice, subscription: Subscription): Fact {
	return {
		name: 'payment_recovered',
		key: factKey('payment_recovered', invoice.id),
		occurredAt: invoice.paidAt,
		subscription,
		invoice,
	};
}

/** A payment by hand leaves no trace in the invoice that an attempt failed before; the status does. */
function recovered(event: BillingEvent, then: Subscription, situation: Situation): Fact[] {
	const paid = paymentsOf(invoicesOf(then.id, situation))
		.filter(({ paidAt }) => Math.abs(paidAt.getTime() - event.at.getTime()) < SAME_MOMENT_MS)
		.at(-1);
	// Without one the debt was forgiven, not paid.
	return paid ? [paymentRecovered(paid, then)] : [];
}

/** Of somebody who has paid before; a trial that was never paid for has lapsed. */
function givenUp(event: BillingEvent, then: Subscription, situation: Situation): Fact[] {
	const hasPaid = hadPaidBy(event.at, then, situation);
	if (stageOf(then, { hasPaid }, event.at) !== 'past_due') return [];
	const owed = invoicesOf(then.id, situation)
		.filter(({ createdAt }) => createdAt <= event.at)
		.filter(({ status, paidAt }) => (paidAt ? paidAt > event.at : status !== 'void'))
		.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime())
		.at(0);
	return [
		{
			name: 'payment_given_up',
			key: factKey('payment_given_up', event.id),
			occurredAt: event.at,
			subscription: then,
			...(owed ? { invoice: owed } : {}),
		},
	];
}

function cameBack(invoice: PaidInvoice, subscription: Subscription): Fact {
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
	const earlier = subscriptions.filter(
		({ id, createdAt, status }) =>
			id !== subscription.id && createdAt < subscription.createdAt && hasBegun(status),
	);
	const wasOver = ({ endedAt }: Subscription) =>
		endedAt !== null && endedAt < subscription.createdAt;
	return subscription.trial === null && earlier.length > 0 && earlier.every(wasOver);
}

function hasBegun(status: Subscription['status']): boolean {
	return status !== 'incomplete' && status !== 'incomplete_expired';
}
