import type { Account } from '../account.ts';
import { update } from '../events/changes.ts';
import type { Invoice, InvoiceLine } from '../resources/invoices.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import { HOUR } from '../state/stored.ts';
import { collectInvoice, finalizeInvoice, markUncollectible, voidInvoice } from './collection.ts';
import { composeInvoice, type InvoiceDraft } from './compose.ts';
import { invoiceItemLine } from './lines.ts';
import type { Attempt } from './payments.ts';

/** The invoice items that wait for this subscription's next invoice, or for the customer's. */
export function waitingItems(account: Account, customerId: string, subscriptionId: string | null) {
	return account.invoiceItems
		.where('customer', customerId)
		.filter(
			(item) =>
				item.invoice === null &&
				(item.parent?.subscription_details?.subscription ?? null) === subscriptionId,
		)
		.toReversed();
}

/** Writes a draft invoice that takes the waiting items along, unless they are to go on waiting. */
export function createDraft(
	account: Account,
	draft: InvoiceDraft,
	takesItems: boolean = true,
): Invoice {
	const { customer, subscription } = draft;
	const items = takesItems ? waitingItems(account, customer.id, subscription?.id ?? null) : [];
	const lines = [...draft.lines, ...items.map((item) => invoiceItemLine(account, item))];
	const invoice = account.invoices.put(composeInvoice(account, { ...draft, lines }));
	for (const item of items) account.invoiceItems.put({ ...item, invoice: invoice.id });
	account.emit('invoice.created', invoice);
	return invoice;
}

/** Closes a draft and collects it within the same request: a first invoice, or a change billed at once. */
export function settleAtOnce(
	account: Account,
	draft: Invoice,
	isOwnerPresent = false,
): { readonly invoice: Invoice; readonly attempt: Attempt } {
	const invoice = finalizeInvoice(account, draft);
	if (invoice.status === 'paid') return { invoice, attempt: { kind: 'paid' } };
	if (invoice.collection_method === 'send_invoice')
		return { invoice, attempt: { kind: 'skipped' } };
	return collectInvoice(account, invoice, { isAutomatic: true, isOwnerPresent });
}

/**
 * An invoice of a new period: a draft for an hour, in which it can still be changed, then closed and
 * collected. https://docs.stripe.com/billing/invoices/subscription#invoice-lifecycle
 */
export function issueForPeriod(account: Account, draft: InvoiceDraft): Invoice {
	const at = draft.now + HOUR;
	const isCollected = draft.subscription?.status !== 'unpaid';
	return createDraft(account, {
		...draft,
		more: {
			...draft.more,
			auto_advance: isCollected,
			automatically_finalizes_at: isCollected ? at : null,
			next_payment_attempt:
				isCollected && draft.subscription?.collection_method !== 'send_invoice' ? at : null,
		},
	});
}

/** What the hour's end brings for a draft, and the schedule for an open invoice. */
export function advanceInvoice(account: Account, invoice: Invoice): void {
	if (invoice.status === 'open') {
		collectInvoice(account, invoice, { isAutomatic: true });
		return;
	}
	const subscription = subscriptionBehind(account, invoice);
	switch (subscription?.pause_collection?.behavior) {
		case 'keep_as_draft':
			update(
				account,
				account.invoices,
				{
					...invoice,
					auto_advance: false,
					automatically_finalizes_at: null,
					next_payment_attempt: null,
				},
				'invoice.updated',
			);
			return;
		case 'mark_uncollectible':
			leaveUncollected(account, invoice, markUncollectible);
			return;
		case 'void':
			leaveUncollected(account, invoice, voidInvoice);
			return;
		default: {
			const finalized = finalizeInvoice(account, invoice);
			if (finalized.status === 'open' && finalized.collection_method === 'charge_automatically') {
				collectInvoice(account, finalized, { isAutomatic: true });
			}
		}
	}
}

function leaveUncollected(
	account: Account,
	draft: Invoice,
	close: (account: Account, invoice: Invoice) => Invoice,
) {
	const finalized = finalizeInvoice(account, { ...draft, auto_advance: false });
	if (finalized.status === 'open') close(account, finalized);
}

function subscriptionBehind(account: Account, invoice: Invoice): Subscription | undefined {
	return account.subscriptions.get(invoice.parent?.subscription_details?.subscription ?? '');
}

/** When an invoice next needs something done; null when it rests. */
export function invoiceDueAt(invoice: Invoice): number | null {
	if (invoice.status === 'draft') return invoice.automatically_finalizes_at;
	if (invoice.status !== 'open') return null;
	return invoice.next_payment_attempt;
}

/** Lines of an invoice to come; kept here so that every issuer names the same draft fields. */
export function subscriptionDraft(
	account: Account,
	subscription: Subscription,
	lines: readonly InvoiceLine[],
	reason: InvoiceDraft['reason'],
	period?: InvoiceDraft['period'],
): InvoiceDraft {
	const now = account.now(subscription.test_clock);
	const customer = account.customers.get(subscription.customer);
	if (!customer) throw new Error(`Subscription ${subscription.id} has lost its customer`);
	return {
		customer,
		subscription,
		lines,
		reason,
		period: period ?? { start: now, end: now },
		now,
		currency: subscription.currency,
	};
}
