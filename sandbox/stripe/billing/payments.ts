import type { Account } from '../account.ts';
import { create, update } from '../events/changes.ts';
import type { InvoicePayment } from '../resources/invoice-payments.ts';
import type { Invoice } from '../resources/invoices.ts';
import type { Charge, PaymentIntent } from '../resources/payment-intents.ts';
import type { PaymentMethod } from '../resources/payment-methods.ts';
import type { ChargeOutcome } from './test-cards.ts';

/** How an attempt to collect ended. */
export type Attempt =
	| { readonly kind: 'paid' }
	| { readonly kind: 'no_method' }
	/** The schedule's turn passes without a charge, since nothing has changed that could help. */
	| { readonly kind: 'skipped' }
	| { readonly kind: 'needs_authentication' }
	| {
			readonly kind: 'declined';
			readonly declineCode: string;
			readonly message: string;
			readonly code: string;
	  };

/** The intent that collects an invoice: made when the invoice is finalized. */
export function openPayment(account: Account, invoice: Invoice): void {
	const now = account.now(null);
	const intent: PaymentIntent = {
		id: account.newId('pi'),
		object: 'payment_intent',
		allowed_payment_method_types: null,
		amount: invoice.amount_due,
		amount_capturable: 0,
		amount_received: 0,
		application: null,
		application_fee_amount: null,
		automatic_payment_methods: null,
		canceled_at: null,
		cancellation_reason: null,
		capture_method: 'automatic',
		client_secret: `pi_secret_${account.newToken(24)}`,
		confirmation_method: 'automatic',
		created: now,
		currency: invoice.currency,
		customer: invoice.customer,
		customer_account: null,
		description: invoice.description ?? 'Subscription update',
		excluded_payment_method_types: null,
		last_payment_error: null,
		latest_charge: null,
		livemode: account.livemode,
		managed_payments: null,
		metadata: {},
		next_action: null,
		on_behalf_of: null,
		payment_method: null,
		payment_method_configuration_details: null,
		payment_method_options: null,
		payment_method_types: ['card'],
		payment_record: null,
		processing: null,
		receipt_email: null,
		review: null,
		setup_future_usage: 'off_session',
		shipping: null,
		source: null,
		statement_descriptor: null,
		statement_descriptor_suffix: null,
		status: 'requires_payment_method',
		transfer_data: null,
		transfer_group: null,
	};
	create(account, account.paymentIntents, intent, 'payment_intent.created');
	account.invoicePayments.put({
		id: account.newId('inpay'),
		object: 'invoice_payment',
		amount_paid: null,
		amount_requested: invoice.amount_due,
		created: now,
		currency: invoice.currency,
		invoice: invoice.id,
		is_default: true,
		livemode: account.livemode,
		payment: { type: 'payment_intent', payment_intent: intent.id },
		status: 'open',
		status_transitions: { canceled_at: null, paid_at: null },
	});
}

export function paymentOf(account: Account, invoice: Invoice): InvoicePayment | undefined {
	return account.invoicePayments.where('invoice', invoice.id)[0];
}

function intentOf(account: Account, invoice: Invoice): PaymentIntent | undefined {
	return account.paymentIntents.get(paymentOf(account, invoice)?.payment.payment_intent ?? '');
}

/** Tries the method once and tells what the payment layer tells. The invoice itself is the caller's. */
export function attemptPayment(
	account: Account,
	invoice: Invoice,
	method: PaymentMethod | undefined,
	isOwnerPresent: boolean,
): Attempt {
	const intent = intentOf(account, invoice);
	if (!method || !intent) return { kind: 'no_method' };
	const trying = { ...intent, payment_method: method.id };
	const outcome = outcomeOf(method, isOwnerPresent);
	switch (outcome.kind) {
		case 'succeeds':
			succeed(account, invoice, trying, method);
			return { kind: 'paid' };
		case 'needs_authentication':
			update(
				account,
				account.paymentIntents,
				{
					...trying,
					status: 'requires_action',
					next_action: {
						type: 'redirect_to_url',
						redirect_to_url: { return_url: null, url: invoice.hosted_invoice_url ?? null },
					},
				},
				'payment_intent.requires_action',
			);
			return { kind: 'needs_authentication' };
		case 'declines':
			fail(account, invoice, trying, method, outcome);
			return {
				kind: 'declined',
				code: outcome.code,
				declineCode: outcome.declineCode,
				message: outcome.message,
			};
	}
}

/** What the bank asks only its customer can answer, and does when at hand. */
function outcomeOf({ hidden: { outcome } }: PaymentMethod, isOwnerPresent: boolean): ChargeOutcome {
	return isOwnerPresent && outcome.kind === 'needs_authentication' ? { kind: 'succeeds' } : outcome;
}

/** What an attempt with this method would come to, without making one. */
export function foreseen(method: PaymentMethod, isOwnerPresent = false): Attempt {
	const outcome = outcomeOf(method, isOwnerPresent);
	switch (outcome.kind) {
		case 'succeeds':
			return { kind: 'paid' };
		case 'needs_authentication':
			return outcome;
		case 'declines':
			return { ...outcome, kind: 'declined' };
	}
}

function succeed(account: Account, invoice: Invoice, intent: PaymentIntent, method: PaymentMethod) {
	const charge = createCharge(account, intent, method, { amount: invoice.amount_due });
	create(account, account.charges, charge, 'charge.succeeded');
	account.paymentIntents.put({
		...intent,
		amount_received: invoice.amount_due,
		latest_charge: charge.id,
		last_payment_error: null,
		next_action: null,
		status: 'succeeded',
	});
	account.emit('payment_intent.succeeded', account.paymentIntents.get(intent.id) ?? intent);
	const payment = paymentOf(account, invoice);
	if (!payment) return;
	const paid: InvoicePayment = {
		...payment,
		amount_paid: invoice.amount_due,
		status: 'paid',
		status_transitions: { canceled_at: null, paid_at: account.now(null) },
	};
	account.invoicePayments.put(paid);
	account.emit('invoice_payment.paid', paid);
}

function fail(
	account: Account,
	invoice: Invoice,
	intent: PaymentIntent,
	method: PaymentMethod,
	outcome: ChargeOutcome & { readonly kind: 'declines' },
) {
	const { code, declineCode, message } = outcome;
	const charge = createCharge(account, intent, method, {
		amount: invoice.amount_due,
		amount_captured: 0,
		captured: false,
		paid: false,
		status: 'failed',
		failure_code: code,
		failure_message: message,
		outcome: {
			advice_code: null,
			network_advice_code: null,
			network_decline_code: null,
			network_status: 'declined_by_network',
			reason: declineCode,
			risk_level: 'normal',
			seller_message: 'The bank returned a decline code.',
			type: 'issuer_declined',
		},
	});
	create(account, account.charges, charge, 'charge.failed');
	const failed: PaymentIntent = {
		...intent,
		latest_charge: charge.id,
		last_payment_error: {
			charge: charge.id,
			code,
			decline_code: declineCode,
			doc_url: `https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}`,
			message,
			payment_method: account.render(method) as PaymentIntentError['payment_method'],
			type: 'card_error',
		},
		payment_method: null,
		status: 'requires_payment_method',
	};
	account.paymentIntents.put(failed);
	account.emit('payment_intent.payment_failed', failed);
}

type PaymentIntentError = NonNullable<PaymentIntent['last_payment_error']>;

/** The payment is not wanted any more: its invoice was voided or given up. */
export function cancelPayment(account: Account, invoice: Invoice): void {
	const intent = intentOf(account, invoice);
	const payment = paymentOf(account, invoice);
	if (!intent || !payment || intent.status === 'succeeded') return;
	const now = account.now(null);
	update(
		account,
		account.paymentIntents,
		{ ...intent, canceled_at: now, cancellation_reason: 'void_invoice', status: 'canceled' },
		'payment_intent.canceled',
	);
	account.invoicePayments.put({
		...payment,
		status: 'canceled',
		status_transitions: { canceled_at: now, paid_at: null },
	});
}

function createCharge(
	account: Account,
	intent: PaymentIntent,
	method: PaymentMethod,
	more: Partial<Charge> & { readonly amount: number },
): Charge {
	return {
		id: account.newId('ch'),
		object: 'charge',
		amount_captured: more.amount,
		amount_refunded: 0,
		application: null,
		application_fee: null,
		application_fee_amount: null,
		balance_transaction: null,
		billing_details: method.billing_details,
		calculated_statement_descriptor: 'ACME BOARDS',
		captured: true,
		created: account.now(null),
		currency: intent.currency,
		customer: intent.customer,
		description: intent.description,
		disputed: false,
		failure_balance_transaction: null,
		failure_code: null,
		failure_message: null,
		fraud_details: {},
		livemode: account.livemode,
		metadata: {},
		on_behalf_of: null,
		outcome: {
			advice_code: null,
			network_advice_code: null,
			network_decline_code: null,
			network_status: 'approved_by_network',
			reason: null,
			risk_level: 'normal',
			seller_message: 'Payment complete.',
			type: 'authorized',
		},
		paid: true,
		payment_intent: intent.id,
		payment_method: method.id,
		payment_method_details: null,
		receipt_email: null,
		receipt_number: null,
		receipt_url: null,
		refunded: false,
		review: null,
		shipping: null,
		source: null,
		source_transfer: null,
		statement_descriptor: null,
		statement_descriptor_suffix: null,
		status: 'succeeded',
		transfer_data: null,
		transfer_group: null,
		...more,
	};
}
