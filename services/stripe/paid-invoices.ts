import type Stripe from 'stripe';
import { inBatches, PAGE_SIZE } from './batches.ts';

/** Everything paid that was made since then, newest first. Invoices of test clocks are not among it. */
export function paidInvoices(
	stripe: Stripe,
	from: { readonly since: Date | null; readonly after: string | null },
	pageSize = PAGE_SIZE,
): AsyncGenerator<Stripe.Invoice[]> {
	const list = stripe.invoices.list({
		status: 'paid',
		limit: pageSize,
		...(from.since ? { created: { gte: Math.floor(from.since.getTime() / 1000) } } : {}),
		...(from.after === null ? {} : { starting_after: from.after }),
	});
	return inBatches(list, pageSize);
}

/**
 * When this invoice was paid, if it is paid and not for the trial. The one at the start of a trial is paid too,
 * but costs nothing, before any discount. https://docs.stripe.com/billing/subscriptions/trials
 */
export function paidBeyondTrial(invoice: Stripe.Invoice, trialEndsAt: Date | null): Date | null {
	if (invoice.status !== 'paid') return null;
	const isBeyond = ({ parent, amount, period }: Stripe.InvoiceLineItem) =>
		parent?.type === 'subscription_item_details' &&
		(amount > 0 || trialEndsAt === null || period.start * 1000 >= trialEndsAt.getTime());
	if (!invoice.lines.data.some(isBeyond)) return null;
	return new Date((invoice.status_transitions.paid_at ?? invoice.created) * 1000);
}

/** Where an invoice belongs, as far as it tells itself. */
export interface InvoiceOwner {
	readonly customerId: string | null;
	readonly subscriptionId: string;
	readonly accountId: string | null;
}

/** Null for an invoice that was not made for a subscription. */
export function ownerOf({ customer, parent }: Stripe.Invoice): InvoiceOwner | null {
	const details = parent?.subscription_details;
	if (!details) return null;
	const { subscription, metadata } = details;
	return {
		customerId: typeof customer === 'string' ? customer : (customer?.id ?? null),
		subscriptionId: typeof subscription === 'string' ? subscription : subscription.id,
		accountId: metadata?.['account_id'] ?? null,
	};
}
