import type Stripe from 'stripe';
import type { BilledPeriod, Invoice } from '../../lifecycle/events/index.ts';
import { idOf } from './id-of.ts';

/** Where an invoice of API versions before 2025-03-31.basil kept what moved to `parent` since. */
interface OlderInvoice {
	readonly subscription?: string | { readonly id: string } | null;
}

interface OlderLine {
	readonly type?: string;
}

/** Null for an invoice that was not made for a subscription. */
export function toInvoice(raw: Stripe.Invoice): Invoice | null {
	const subscription =
		raw.parent?.subscription_details?.subscription ?? (raw as OlderInvoice).subscription;
	if (!raw.id || !subscription) return null;
	return {
		id: raw.id,
		subscriptionId: idOf(subscription),
		status: raw.status,
		currency: raw.currency,
		amountDue: raw.amount_due,
		amountPaid: raw.amount_paid,
		attempt: raw.attempt_count,
		nextAttemptAt: toDateOrNull(raw.next_payment_attempt),
		declineCode: null,
		hadPaymentMethod: null,
		createdAt: new Date(raw.created * 1000),
		paidAt: paidAtOf(raw),
		url: raw.hosted_invoice_url ?? null,
		isFirst: raw.billing_reason === 'subscription_create',
		periods: raw.lines.data.flatMap(toPeriod),
	};
}

function paidAtOf({ status, status_transitions, created }: Stripe.Invoice): Date | null {
	return status === 'paid' ? new Date((status_transitions.paid_at ?? created) * 1000) : null;
}

function toPeriod({ parent, period, amount, ...line }: Stripe.InvoiceLineItem): BilledPeriod[] {
	const isOfSubscription = parent
		? parent.type === 'subscription_item_details'
		: (line as OlderLine).type === 'subscription';
	if (!isOfSubscription) return [];
	const [startsAt, endsAt] = [new Date(period.start * 1000), new Date(period.end * 1000)];
	return [{ startsAt, endsAt, amount }];
}

function toDateOrNull(seconds: number | null): Date | null {
	return seconds === null ? null : new Date(seconds * 1000);
}
