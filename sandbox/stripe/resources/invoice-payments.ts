import type Stripe from 'stripe';
import { endpoint, expand } from '../api/endpoint.ts';
import { missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import { id, leftOut, oneOf } from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type InvoicePayment = Stored<Stripe.InvoicePayment>;

export const invoicePaymentPresentation: Presentation<InvoicePayment> = {
	object: 'invoice_payment',
	expandable: {
		invoice: (account) => account.invoices,
		'payment.charge': (account) => account.charges,
		'payment.payment_intent': (account) => account.paymentIntents,
	},
};

export const invoicePaymentEndpoints = [
	endpoint<Stripe.InvoicePaymentListParams>(
		'GET',
		'/v1/invoice_payments',
		'invoice',
		{
			...pagination,
			created: range(),
			expand,
			invoice: id(),
			...leftOut('payment'),
			status: oneOf('canceled', 'open', 'paid'),
		},
		({ account, params, url }) =>
			pageOf(
				params.invoice === undefined
					? account.invoicePayments.newestFirst()
					: account.invoicePayments.where('invoice', params.invoice),
				params,
				url,
				account,
				(payment) =>
					(params.status === undefined || payment.status === params.status) &&
					isInRange(payment.created, params.created),
			),
	),

	endpoint<Stripe.InvoicePaymentRetrieveParams>(
		'GET',
		'/v1/invoice_payments/:id',
		'invoice',
		{ expand },
		({ account, path }) => {
			const payment = account.invoicePayments.get(path['id'] ?? '');
			if (!payment) throw missingResource('invoice payment', path['id'] ?? '');
			return payment;
		},
	),
];
