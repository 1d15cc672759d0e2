import type Stripe from 'stripe';
import type { Invoice } from '../../lifecycle/events/index.ts';
import { askAnew } from '../ask.ts';
import { toInvoice } from './to-invoice.ts';

/** Invoices of one subscription that are looked at; more than a lifetime of monthly ones. */
const MOST_INVOICES = 1_000;

/**
 * Every subscription that a customer ever had, in one request, with the customer and what was billed last. Those
 * named are read one by one where the customer has been deleted and Stripe lists them no more.
 */
export async function readSubscriptions(
	stripe: Stripe,
	customerId: string,
	named: readonly string[] = [],
	ask = askAnew,
): Promise<Stripe.Subscription[]> {
	const listed = await ask(
		`subscriptions of ${customerId}`,
		async () => await listSubscriptions(stripe, customerId),
	);
	const missing = named.filter((id) => listed.every((subscription) => subscription.id !== id));
	const others = await Promise.all(
		missing.map(
			async (id) =>
				await ask(
					`subscription ${id}`,
					async () =>
						await stripe.subscriptions.retrieve(id, { expand: ['customer', 'latest_invoice'] }),
				),
		),
	);
	return [...listed, ...others];
}

async function listSubscriptions(stripe: Stripe, customer: string): Promise<Stripe.Subscription[]> {
	return await stripe.subscriptions
		.list({
			customer,
			// The default list would leave out the canceled ones.
			status: 'all',
			limit: 100,
			expand: ['data.customer', 'data.latest_invoice'],
		})
		// A customer holds at most 500: https://docs.stripe.com/billing/subscriptions/overview
		.autoPagingToArray({ limit: 500 });
}

export async function readInvoices(
	stripe: Stripe,
	subscription: string,
	ask = askAnew,
): Promise<Invoice[]> {
	const invoices = await ask(
		`invoices of ${subscription}`,
		async () =>
			await stripe.invoices
				.list({ subscription, limit: 100 })
				.autoPagingToArray({ limit: MOST_INVOICES }),
	);
	return invoices.flatMap((raw) => toInvoice(raw) ?? []);
}
