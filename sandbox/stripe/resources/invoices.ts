import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { missingResource } from '../api/failure.ts';
import { listOf } from '../api/lists.ts';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type Invoice = Stored<Stripe.Invoice>;
export type InvoiceLine = Stored<Stripe.InvoiceLineItem>;

export const invoicePresentation: Presentation<Invoice> = {
	object: 'invoice',
	expandable: {
		customer: (account) => account.customersEver,
		default_payment_method: (account) => account.paymentMethods,
		discounts: (account) => account.discounts,
		'parent.subscription_details.subscription': (account) => account.subscriptions,
		test_clock: (account) => account.testClocks,
	},
	includable: {
		payments: (invoice, account) =>
			listOf(account.invoicePayments.where('invoice', invoice.id), '/v1/invoice_payments'),
	},
};

export const linePresentation: Presentation<InvoiceLine> = {
	object: 'line_item',
	expandable: {
		discounts: (account) => account.discounts,
		'pricing.price_details.price': (account) => account.prices,
		subscription: (account) => account.subscriptions,
	},
};

export function invoiceOf(account: Account, invoiceId: string, param = 'id'): Invoice {
	const invoice = account.invoices.get(invoiceId);
	if (!invoice) throw missingResource('invoice', invoiceId, param);
	return invoice;
}

export function subscriptionIdOf(invoice: Invoice): string | null {
	return invoice.parent?.subscription_details?.subscription ?? null;
}
