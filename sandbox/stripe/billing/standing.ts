import type { Account } from '../account.ts';
import { update } from '../events/changes.ts';
import { subscriptionIdOf, type Invoice } from '../resources/invoices.ts';
import type { Subscription, SubscriptionStatus } from '../resources/subscriptions.ts';
import { without } from '../state/stored.ts';
import { cancelSubscription } from './cancellation.ts';
import { paymentOf } from './payments.ts';

/** How an invoice's fate changes the standing of its subscription and customer. */

export function setStatus(
	account: Account,
	subscription: Subscription,
	status: SubscriptionStatus,
	more: Partial<Subscription> = {},
): Subscription {
	return update(
		account,
		account.subscriptions,
		{ ...subscription, status, ...more },
		'customer.subscription.updated',
	);
}

export function afterPaid(account: Account, invoice: Invoice): void {
	const subscription = account.subscriptions.get(subscriptionIdOf(invoice) ?? '');
	if (!subscription) return;
	const paying = savedMethod(account, subscription, invoice);
	if (subscription.hidden.resumption?.invoice === invoice.id) {
		resumeNow(account, { ...subscription, ...paying });
	} else if (isOwing(subscription) && subscription.latest_invoice === invoice.id) {
		setStatus(account, subscription, 'active', paying);
		setDelinquent(account, subscription.customer, false);
	} else if (Object.keys(paying).length > 0) {
		setStatus(account, subscription, subscription.status as SubscriptionStatus, paying);
	}
}

function isOwing({ status }: Subscription): boolean {
	return status === 'incomplete' || status === 'past_due' || status === 'unpaid';
}

/** With `save_default_payment_method=on_subscription` the method that paid becomes the subscription's. */
function savedMethod(
	account: Account,
	subscription: Subscription,
	invoice: Invoice,
): Partial<Subscription> {
	if (subscription.payment_settings?.save_default_payment_method !== 'on_subscription') return {};
	const intentId = paymentOf(account, invoice)?.payment.payment_intent ?? '';
	const method = account.paymentIntents.get(intentId)?.payment_method;
	return method && subscription.default_payment_method !== method
		? { default_payment_method: method }
		: {};
}

export function afterPaymentFailed(account: Account, invoice: Invoice): void {
	const subscription = account.subscriptions.get(subscriptionIdOf(invoice) ?? '');
	if (!subscription) return;
	setDelinquent(account, subscription.customer, true);
	if (subscription.status === 'active' || subscription.status === 'trialing') {
		setStatus(account, subscription, 'past_due');
	}
}

/** A subscription that waits for this invoice need not wait any longer. */
export function afterGivenUp(account: Account, invoice: Invoice): void {
	const subscription = account.subscriptions.get(subscriptionIdOf(invoice) ?? '');
	if (subscription?.hidden.resumption?.invoice === invoice.id) resumeNow(account, subscription);
}

/** What the account holder has chosen for subscriptions whose payment could not be had. */
export function afterRetriesExhausted(account: Account, invoice: Invoice): void {
	const subscription = account.subscriptions.get(subscriptionIdOf(invoice) ?? '');
	if (subscription?.status !== 'past_due') return;
	switch (account.settings.afterRetries) {
		case 'cancel':
			cancelSubscription(account, subscription, { reason: 'payment_failed' });
			return;
		case 'unpaid':
			setStatus(account, subscription, 'unpaid');
			return;
		case 'pause':
			pauseNow(account, subscription, 'final_payment_failure');
			return;
		case 'past_due':
			return;
	}
}

type PauseCause = NonNullable<Subscription['status_details']>['paused']['subscription']['type'];

export function pauseNow(
	account: Account,
	subscription: Subscription,
	cause: PauseCause,
): Subscription {
	const paused = setStatus(account, subscription, 'paused', {
		status_details: {
			paused: {
				subscription: { type: cause },
				transitioned_at: account.now(subscription.test_clock),
				type: 'subscription',
			},
		},
	});
	account.emit('customer.subscription.paused', paused);
	return paused;
}

/** Back to `active`, when the resumption invoice is paid or when there is none. */
export function resumeNow(account: Account, subscription: Subscription): Subscription {
	const rest = without(subscription, 'status_details');
	const resumed = setStatus(
		account,
		{ ...rest, hidden: { ...subscription.hidden, resumption: null } },
		'active',
	);
	account.emit('customer.subscription.resumed', resumed);
	return resumed;
}

function setDelinquent(account: Account, customerId: string, delinquent: boolean) {
	const customer = account.customers.get(customerId);
	if (!customer) return;
	update(account, account.customers, { ...customer, delinquent }, 'customer.updated');
}
