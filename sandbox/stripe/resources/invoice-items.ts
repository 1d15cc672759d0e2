import type Stripe from 'stripe';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type InvoiceItem = Stored<Stripe.InvoiceItem>;

export const invoiceItemPresentation: Presentation<InvoiceItem> = {
	object: 'invoiceitem',
	expandable: {
		customer: (account) => account.customers,
		discounts: (account) => account.discounts,
		invoice: (account) => account.invoices,
		test_clock: (account) => account.testClocks,
	},
};
