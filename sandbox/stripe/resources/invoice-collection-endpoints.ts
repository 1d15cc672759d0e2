import type Stripe from 'stripe';
import { endpoint, expand } from '../api/endpoint.ts';
import { flag, id, leftOut } from '../api/params.ts';
import { attachPaymentMethod } from '../billing/attaching.ts';
import {
	finalizeInvoice,
	markUncollectible,
	payInvoice,
	voidInvoice,
} from '../billing/collection.ts';
import { HOUR } from '../state/stored.ts';
import { customerOf } from './customers.ts';
import { invoiceOf } from './invoices.ts';
import { paymentMethodOf } from './payment-methods.ts';

/** What brings an invoice from draft to its end. */
export const invoiceCollectionEndpoints = [
	endpoint<Stripe.InvoiceFinalizeInvoiceParams>(
		'POST',
		'/v1/invoices/:id/finalize',
		'invoice',
		{ auto_advance: flag(), expand },
		({ account, params, path }) => {
			const invoice = invoiceOf(account, path['id'] ?? '');
			const advances = params.auto_advance ?? invoice.auto_advance ?? false;
			const finalized = finalizeInvoice(account, { ...invoice, auto_advance: advances });
			const waits = finalized.status === 'open' && advances;
			return account.render(
				waits
					? account.invoices.put({
							...finalized,
							next_payment_attempt: account.now(invoice.test_clock) + HOUR,
						})
					: finalized,
			);
		},
	),

	endpoint<Stripe.InvoicePayParams>(
		'POST',
		'/v1/invoices/:id/pay',
		'invoice',
		{
			expand,
			...leftOut('forgive', 'mandate', 'source'),
			off_session: flag(),
			paid_out_of_band: flag(),
			payment_method: id(),
		},
		({ account, params, path }) => {
			const invoice = invoiceOf(account, path['id'] ?? '');
			const method = params.payment_method;
			if (method !== undefined) {
				const customer = customerOf(account, invoice.customer ?? '');
				const owned = account.paymentMethods.get(method)?.customer === customer.id;
				const chosen = owned
					? paymentMethodOf(account, method)
					: attachPaymentMethod(account, method, customer, 'payment_method');
				return account.render(payInvoice(account, invoice, { method: chosen }));
			}
			const isOutOfBand = params.paid_out_of_band ?? false;
			return account.render(payInvoice(account, invoice, { isOutOfBand }));
		},
	),

	endpoint<Stripe.InvoiceVoidInvoiceParams>(
		'POST',
		'/v1/invoices/:id/void',
		'invoice',
		{ expand },
		({ account, path }) =>
			account.render(voidInvoice(account, invoiceOf(account, path['id'] ?? ''))),
	),

	endpoint<Stripe.InvoiceMarkUncollectibleParams>(
		'POST',
		'/v1/invoices/:id/mark_uncollectible',
		'invoice',
		{ expand },
		({ account, path }) =>
			account.render(markUncollectible(account, invoiceOf(account, path['id'] ?? ''))),
	),

	endpoint<Stripe.InvoiceSendInvoiceParams>(
		'POST',
		'/v1/invoices/:id/send',
		'invoice',
		{ expand },
		({ account, path }) => {
			const invoice = invoiceOf(account, path['id'] ?? '');
			const open = invoice.status === 'draft' ? finalizeInvoice(account, invoice) : invoice;
			account.emit('invoice.sent', open);
			return account.render(open);
		},
	),
];
