import type { Subscription } from '../subscription.ts';

/** Stripe makes the first real invoice as the trial ends. */
const AT_TRIAL_END_MS = 3_600_000;

/** An invoice of a subscription, as far as the life of a trial depends on it. */
export interface Invoice {
	readonly id: string;
	readonly subscriptionId: string;
	readonly status: string | null;
	readonly currency: string;
	/** In the currency's minor unit, as are all amounts. */
	readonly amountDue: number;
	readonly amountPaid: number;
	/** Of payment: https://docs.stripe.com/api/invoices/object#invoice_object-attempt_count */
	readonly attempt: number;
	/** Null when Stripe will not try again by itself. */
	readonly nextAttemptAt: Date | null;
	readonly declineCode: string | null;
	/**
	 * Whether there was a payment method when Stripe tried to collect it for the first time, whatever came since;
	 * null where nobody looked, see `billInQuestion`.
	 */
	readonly hadPaymentMethod: boolean | null;
	readonly createdAt: Date;
	readonly paidAt: Date | null;
	/** Where the customer can pay it. */
	readonly url: string | null;
	/** Made by the creation of its subscription. */
	readonly isFirst: boolean;
	/** What of the subscription it bills; charges beside the subscription are no periods. */
	readonly periods: readonly BilledPeriod[];
}

export interface BilledPeriod {
	readonly startsAt: Date;
	readonly endsAt: Date;
	/** Before discounts and credit: a trial costs nothing, a month on the house has its price. */
	readonly amount: number;
}

/**
 * Whether the invoice is for time after the trial: once one is paid, the trial has converted and the account has
 * paid, for events, stage, access and funnel alike. Not for the trial itself: that one is issued and paid at once,
 * for nothing. https://docs.stripe.com/billing/subscriptions/trials
 *
 * The period decides, not the amount. Where a coupon, credit or a free plan leaves nothing to pay, Stripe calls the
 * subscription active and bills it on: those people are customers. If money alone counted, the first card that fails
 * after a month on the house would be told as the lapse of a trial that was over a month ago, without any grace, and
 * a customer who leaves as a trial that came to nothing.
 */
export function isAfterTrial({ periods }: Invoice, trial: Subscription['trial']): boolean {
	return periods.some(
		({ startsAt, amount }) => amount > 0 || trial === null || startsAt >= trial.endsAt,
	);
}

/** The bill made at the very end of the trial: it ended with a way to pay, or in a debt. */
export function billAtEnd(
	invoices: readonly Invoice[],
	trial: NonNullable<Subscription['trial']>,
): Invoice | undefined {
	return invoices.find(
		(invoice) =>
			isAfterTrial(invoice, trial) &&
			Math.abs(invoice.createdAt.getTime() - trial.endsAt.getTime()) < AT_TRIAL_END_MS,
	);
}

/**
 * The bill with which a trial that had ended without one went on, if it had by then: a paused subscription is
 * billed when it is resumed. https://docs.stripe.com/api/subscriptions/resume
 */
export function billOfReturn(
	invoices: readonly Invoice[],
	trial: NonNullable<Subscription['trial']>,
	by: Date,
): Invoice | undefined {
	if (billAtEnd(invoices, trial)) return undefined;
	return invoices
		.filter(
			(invoice) =>
				isAfterTrial(invoice, trial) &&
				invoice.createdAt >= trial.endsAt &&
				invoice.createdAt <= by &&
				// Stripe voids the bill of a return that nobody paid for: there was none.
				invoice.status !== 'void',
		)
		.sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1))
		.at(0);
}

/** The payment that made a customer: the first for time after the trial. */
export function firstPayment(
	invoices: readonly Invoice[],
	trial: Subscription['trial'],
): PaidInvoice | undefined {
	return paymentsOf(invoices)
		.filter((invoice) => isAfterTrial(invoice, trial))
		.at(0);
}

export type PaidInvoice = Invoice & { readonly paidAt: Date };

/** Oldest first. */
export function paymentsOf(invoices: readonly Invoice[]): PaidInvoice[] {
	return invoices
		.filter((invoice): invoice is PaidInvoice => invoice.paidAt !== null)
		.sort((a, b) => a.paidAt.getTime() - b.paidAt.getTime() || (a.id < b.id ? -1 : 1));
}
