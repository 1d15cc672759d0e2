import type Stripe from 'stripe';
import { isAfterTrial, type Invoice } from '../../lifecycle/events/index.ts';
import { inPages, PAGE_SIZE } from './batches.ts';
import { idOf } from './id-of.ts';

/** Everything paid that was made since then, newest first. Invoices of test clocks are not among it. */
export function paidInvoices(
	stripe: Stripe,
	from: { readonly since: Date | null; readonly after: string | null },
	pageSize = PAGE_SIZE,
): AsyncGenerator<Stripe.Invoice[]> {
	const list = async (paging: Stripe.PaginationParams) =>
		await stripe.invoices.list({
			...paging,
			status: 'paid',
			...(from.since ? { created: { gte: Math.floor(from.since.getTime() / 1000) } } : {}),
		});
	return inPages(list, { after: from.after, size: pageSize });
}

/** When this invoice was paid, if it is paid and for time beyond the trial. No end of a trial: there was none. */
export function paidBeyondTrial(invoice: Invoice | null, trialEndsAt: Date | null): Date | null {
	const trial = trialEndsAt && { startedAt: trialEndsAt, endsAt: trialEndsAt };
	return invoice?.paidAt && isAfterTrial(invoice, trial) ? invoice.paidAt : null;
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
	return {
		customerId: customer && idOf(customer),
		subscriptionId: idOf(details.subscription),
		accountId: details.metadata?.['account_id'] || null,
	};
}
