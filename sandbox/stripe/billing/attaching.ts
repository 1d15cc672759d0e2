import type { Account } from '../account.ts';
import { failure, invalidRequest } from '../api/failure.ts';
import { update } from '../events/changes.ts';
import type { Customer } from '../resources/customers.ts';
import { paymentMethodOf, type PaymentMethod } from '../resources/payment-methods.ts';

/** Ties a payment method to a customer for good: afterwards it can only be detached, never reused. */
export function attachPaymentMethod(
	account: Account,
	methodId: string,
	customer: Customer,
	param = 'id',
): PaymentMethod {
	const method = paymentMethodOf(account, methodId, param);
	if (method.customer === customer.id) return method;
	if (method.customer !== null) {
		throw invalidRequest(
			'The payment method you provided has already been attached to a customer.',
			{ param: 'payment_method' },
		);
	}
	const { outcome, refusedOnAttach } = method.hidden;
	if (refusedOnAttach && outcome.kind === 'declines') {
		throw failure(402, {
			type: 'card_error',
			code: outcome.code,
			decline_code: outcome.declineCode,
			message: outcome.message,
		});
	}
	return putOnFile(account, method, customer);
}

/** Attaches without asking the issuer: what hosted pages and the control API do after their own check. */
export function putOnFile(
	account: Account,
	method: PaymentMethod,
	customer: Customer,
): PaymentMethod {
	const attached = account.paymentMethods.put({ ...method, customer: customer.id });
	account.emit('payment_method.attached', attached);
	return attached;
}

/** Takes it off the customer and off everything that pays with it. */
export function detachPaymentMethod(account: Account, method: PaymentMethod): PaymentMethod {
	const customer = account.customers.get(method.customer ?? '');
	if (customer?.invoice_settings.default_payment_method === method.id) {
		const invoice_settings = { ...customer.invoice_settings, default_payment_method: null };
		update(account, account.customers, { ...customer, invoice_settings }, 'customer.updated');
	}
	for (const subscription of account.subscriptions.where('customer', method.customer ?? '')) {
		if (subscription.default_payment_method !== method.id) continue;
		const without = { ...subscription, default_payment_method: null };
		update(account, account.subscriptions, without, 'customer.subscription.updated');
	}
	return update(
		account,
		account.paymentMethods,
		{ ...method, customer: null },
		'payment_method.detached',
	);
}
