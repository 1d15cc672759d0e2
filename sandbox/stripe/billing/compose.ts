import type { Account } from '../account.ts';
import { listOf } from '../api/lists.ts';
import type { Customer } from '../resources/customers.ts';
import type { Invoice, InvoiceLine } from '../resources/invoices.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import type { Seconds } from '../state/stored.ts';
import { applyDiscounts, discountsAt, discountTotals } from './discounts.ts';
import type { Period } from './lines.ts';

export interface InvoiceDraft {
	readonly customer: Customer;
	readonly subscription: Subscription | null;
	readonly lines: readonly InvoiceLine[];
	readonly reason: NonNullable<Invoice['billing_reason']>;
	readonly period: Period;
	readonly now: Seconds;
	readonly currency: string;
	readonly discounts?: readonly string[];
	readonly more?: Partial<Invoice>;
}

/** The sums of an invoice from its lines and the customer's credit. Nothing is written: previews use it too. */
export function totalsOf(
	lines: readonly InvoiceLine[],
	startingBalance: number,
): Pick<
	Invoice,
	| 'amount_due'
	| 'amount_remaining'
	| 'subtotal'
	| 'subtotal_excluding_tax'
	| 'total'
	| 'total_discount_amounts'
	| 'total_excluding_tax'
> {
	const subtotal = lines.reduce((sum, { amount }) => sum + amount, 0);
	const discounts = discountTotals(lines);
	const total = subtotal - discounts.reduce((sum, { amount }) => sum + amount, 0);
	const due = Math.max(0, total + startingBalance);
	return {
		amount_due: due,
		amount_remaining: due,
		subtotal,
		subtotal_excluding_tax: subtotal,
		total,
		total_discount_amounts: discounts,
		total_excluding_tax: total,
	};
}

/** A draft in memory, discounts laid over its lines. */
export function composeInvoice(account: Account, draft: InvoiceDraft): Invoice {
	const { customer, subscription, now } = draft;
	const id = account.newId('in');
	const discountIds = draft.discounts ?? subscription?.discounts ?? [];
	const applied = discountsAt(account, discountIds, now);
	const lines = applyDiscounts(account, draft.lines, applied, now).map((line) => ({
		...line,
		invoice: id,
	}));
	return {
		id,
		object: 'invoice',
		account_country: 'US',
		account_name: 'Acme Boards',
		account_tax_ids: null,
		...totalsOf(lines, customer.balance),
		amount_overpaid: 0,
		amount_paid: 0,
		amount_shipping: 0,
		application: null,
		attempt_count: 0,
		attempted: false,
		auto_advance: true,
		automatic_tax: {
			disabled_reason: null,
			enabled: false,
			liability: null,
			provider: null,
			status: null,
		},
		automatically_finalizes_at: null,
		billing_reason: draft.reason,
		collection_method: subscription?.collection_method ?? 'charge_automatically',
		created: now,
		currency: draft.currency,
		custom_fields: null,
		customer: customer.id,
		customer_account: null,
		customer_address: customer.address ?? null,
		customer_email: customer.email,
		customer_name: customer.name ?? null,
		customer_phone: customer.phone ?? null,
		customer_shipping: customer.shipping,
		customer_tax_exempt: customer.tax_exempt ?? 'none',
		customer_tax_ids: [],
		default_payment_method: null,
		default_source: null,
		default_tax_rates: [],
		description: null,
		discounts: applied.map((discount) => discount.id),
		due_date: null,
		effective_at: null,
		ending_balance: null,
		footer: customer.invoice_settings.footer,
		from_invoice: null,
		hosted_invoice_url: null,
		invoice_pdf: null,
		issuer: { type: 'self' },
		last_finalization_error: null,
		latest_revision: null,
		lines: listOf(lines, `/v1/invoices/${id}/lines`) as Invoice['lines'],
		livemode: account.livemode,
		metadata: {},
		next_payment_attempt: null,
		number: null,
		on_behalf_of: null,
		parent: subscription && {
			type: 'subscription_details',
			quote_details: null,
			subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
		},
		payment_settings: {
			default_mandate: null,
			payment_method_options: null,
			payment_method_types: null,
		},
		period_end: draft.period.end,
		period_start: draft.period.start,
		post_payment_credit_notes_amount: 0,
		pre_payment_credit_notes_amount: 0,
		receipt_number: null,
		rendering: null,
		shipping_cost: null,
		shipping_details: null,
		starting_balance: customer.balance,
		statement_descriptor: null,
		status: 'draft',
		status_transitions: {
			finalized_at: null,
			marked_uncollectible_at: null,
			paid_at: null,
			voided_at: null,
		},
		test_clock: customer.test_clock ?? null,
		total_pretax_credit_amounts: [],
		total_taxes: [],
		webhooks_delivered_at: null,
		...draft.more,
	};
}
