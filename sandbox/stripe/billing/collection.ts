import type { Account } from '../account.ts';
import { failure, invalidRequest } from '../api/failure.ts';
import { update } from '../events/changes.ts';
import { subscriptionIdOf, type Invoice } from '../resources/invoices.ts';
import type { PaymentMethod } from '../resources/payment-methods.ts';
import { isOver, type Subscription } from '../resources/subscriptions.ts';
import { DAY } from '../state/stored.ts';
import { attemptPayment, cancelPayment, openPayment, paymentOf, type Attempt } from './payments.ts';
import { spendOnceDiscounts } from './redemption.ts';
import { afterGivenUp, afterPaid, afterPaymentFailed, afterRetriesExhausted } from './standing.ts';
import { isHardDecline } from './test-cards.ts';

/**
 * The method that an invoice is collected with: the subscription's own comes before the customer's.
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries#payment-method-ordering
 */
export function methodFor(
	account: Account,
	customerId: string,
	subscription: Pick<Subscription, 'default_payment_method'> | null | undefined,
	invoice?: Invoice,
): PaymentMethod | undefined {
	const customer = account.customers.get(customerId);
	const candidates = [
		invoice?.default_payment_method,
		subscription?.default_payment_method,
		customer?.invoice_settings.default_payment_method,
	];
	const methodId = candidates.find((candidate) => candidate);
	return account.paymentMethods.get(methodId ?? '');
}

/** Closes a draft: number, page, intent to pay; what costs nothing is paid at once. */
export function finalizeInvoice(account: Account, draft: Invoice): Invoice {
	if (draft.status !== 'draft') {
		throw invalidRequest('This invoice is already finalized, you cannot re-finalize it.', {
			code: 'invoice_not_editable',
		});
	}
	const customer = account.customers.get(draft.customer ?? '');
	const now = account.now(draft.test_clock);
	const balance = customer?.balance ?? 0;
	const due = Math.max(0, draft.total + balance);
	const sequence = customer?.next_invoice_sequence ?? 1;
	const slug = account.newToken(32);
	let invoice: Invoice = {
		...draft,
		amount_due: due,
		amount_remaining: due,
		automatically_finalizes_at: null,
		due_date: draft.due_date ?? dueDate(account, draft),
		effective_at: now,
		ending_balance: draft.total + balance - due,
		hosted_invoice_url: `${account.publicUrl()}/invoice/${account.id}/${draft.id}_${slug}`,
		invoice_pdf: `${account.publicUrl()}/invoice/${account.id}/${draft.id}_${slug}/pdf`,
		number: `${customer?.invoice_prefix ?? 'ACME'}-${String(sequence).padStart(4, '0')}`,
		starting_balance: balance,
		status: 'open',
		status_transitions: { ...draft.status_transitions, finalized_at: now },
	};
	if (customer) {
		const left = draft.total + balance - due;
		account.customers.put({
			...customer,
			balance: left,
			currency: customer.currency ?? draft.currency,
			next_invoice_sequence: sequence + 1,
		});
	}
	account.invoices.put(invoice);
	account.emit('invoice.finalized', invoice);
	spendOnceDiscounts(account, invoice);
	if (due === 0) return markPaid(account, invoice);
	if (invoice.collection_method === 'charge_automatically') openPayment(account, invoice);
	else {
		invoice = account.invoices.put({ ...invoice, next_payment_attempt: null });
		account.emit('invoice.sent', invoice);
	}
	return invoice;
}

function dueDate(account: Account, invoice: Invoice): number | null {
	if (invoice.collection_method !== 'send_invoice') return null;
	const subscription = account.subscriptions.get(subscriptionIdOf(invoice) ?? '');
	return account.now(invoice.test_clock) + (subscription?.days_until_due ?? 30) * DAY;
}

function markPaid(account: Account, invoice: Invoice, more: Partial<Invoice> = {}): Invoice {
	const paid: Invoice = {
		...invoice,
		amount_paid: invoice.amount_due,
		amount_remaining: 0,
		attempted: true,
		auto_advance: false,
		next_payment_attempt: null,
		status: 'paid',
		status_transitions: {
			...invoice.status_transitions,
			paid_at: account.now(invoice.test_clock),
		},
		...more,
	};
	update(account, account.invoices, paid, 'invoice.updated');
	account.emit('invoice.paid', paid);
	account.emit('invoice.payment_succeeded', paid);
	afterPaid(account, paid);
	return paid;
}

export interface Collecting {
	/** A first attempt and the automatic retries raise `attempt_count`; a person's later tries do not. */
	readonly isAutomatic: boolean;
	readonly method?: PaymentMethod;
	/** The card's owner is there and answers the bank's question, if it has one. */
	readonly isOwnerPresent?: boolean;
}

/** Tries to collect an open invoice and moves invoice and subscription on, whatever comes of it. */
export function collectInvoice(
	account: Account,
	invoice: Invoice,
	{ isAutomatic, method, isOwnerPresent = false }: Collecting,
): { readonly invoice: Invoice; readonly attempt: Attempt } {
	const subscription = account.subscriptions.get(subscriptionIdOf(invoice) ?? '');
	const chosen = method ?? methodFor(account, invoice.customer ?? '', subscription, invoice);
	const counts = isAutomatic || invoice.attempt_count === 0;
	const attempts = invoice.attempt_count + (counts ? 1 : 0);
	const attempt: Attempt = isHopeless(account, invoice, chosen, isAutomatic)
		? { kind: 'skipped' }
		: attemptPayment(account, invoice, chosen, isOwnerPresent);
	if (attempt.kind === 'paid') {
		return { invoice: markPaid(account, invoice, { attempt_count: attempts }), attempt };
	}
	const failed: Invoice = {
		...invoice,
		attempt_count: attempts,
		attempted: true,
		next_payment_attempt:
			isAutomatic || attempts === 1
				? nextAttempt(account, invoice, attempts)
				: invoice.next_payment_attempt,
	};
	update(account, account.invoices, failed, 'invoice.updated');
	if (attempt.kind !== 'skipped') account.emit('invoice.payment_failed', failed);
	if (attempt.kind === 'needs_authentication')
		account.emit('invoice.payment_action_required', failed);
	afterPaymentFailed(account, failed);
	if (failed.next_payment_attempt === null) afterRetriesExhausted(account, failed);
	return { invoice: account.invoices.get(failed.id) ?? failed, attempt };
}

/** A retry without a method, or with a card that was declined for good, is passed over; its turn counts. */
function isHopeless(
	account: Account,
	invoice: Invoice,
	method: PaymentMethod | undefined,
	isAutomatic: boolean,
): boolean {
	if (!isAutomatic || invoice.attempt_count === 0) return false;
	if (!method) return true;
	const payment = paymentOf(account, invoice);
	const error = account.paymentIntents.get(
		payment?.payment.payment_intent ?? '',
	)?.last_payment_error;
	return isHardDecline(error?.decline_code) && error?.payment_method?.id === method.id;
}

/** Retries lie on fixed days after the first attempt; null when all are used up or none are wanted. */
function nextAttempt(account: Account, invoice: Invoice, attempts: number): number | null {
	const subscription = account.subscriptions.get(subscriptionIdOf(invoice) ?? '');
	// The first invoice is retried by the person who is subscribing, never by the schedule.
	if (!invoice.auto_advance || !subscription || subscription.status === 'incomplete') return null;
	if (isOver(subscription) || subscription.status === 'paused') return null;
	const days = account.settings.retryDays;
	const [previous, next] = [days[attempts - 2] ?? 0, days[attempts - 1]];
	return next === undefined ? null : account.now(invoice.test_clock) + (next - previous) * DAY;
}

/** `POST /v1/invoices/:id/pay`: a card that fails answers 402, after the attempt was booked. */
export function payInvoice(
	account: Account,
	invoice: Invoice,
	options: Partial<Omit<Collecting, 'isAutomatic'>> & { readonly isOutOfBand?: boolean } = {},
): Invoice {
	const open = invoice.status === 'draft' ? finalizeInvoice(account, invoice) : invoice;
	if (open.status === 'paid') {
		if (invoice.status === 'draft') return open;
		throw invalidRequest('Invoice is already paid');
	}
	if (open.status === 'void') throw invalidRequest('Invoice is void and cannot be paid.');
	if (options.isOutOfBand) return markPaid(account, open);
	const result = collectInvoice(account, open, { ...options, isAutomatic: false });
	throwUnlessPaid(result.attempt);
	return result.invoice;
}

/** How a failed attempt is answered to the request that made it. */
export function throwUnlessPaid(attempt: Attempt): void {
	switch (attempt.kind) {
		case 'paid':
			return;
		case 'no_method':
		case 'skipped':
			throw invalidRequest(
				'There is no `default_payment_method` set on this Customer or Invoice. Please set a default payment method and try again.',
			);
		case 'needs_authentication':
			throw failure(402, {
				type: 'card_error',
				code: 'invoice_payment_intent_requires_action',
				message:
					'This payment requires additional user action before it can be completed successfully.',
			});
		case 'declined':
			throw failure(402, {
				type: 'card_error',
				code: attempt.code,
				decline_code: attempt.declineCode,
				message: attempt.message,
			});
	}
}

export function voidInvoice(account: Account, invoice: Invoice): Invoice {
	if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
		throw invalidRequest(
			`You can only pass in open or uncollectible invoices. This invoice is currently ${invoice.status}.`,
		);
	}
	return close(account, invoice, 'void', 'voided_at', 'invoice.voided');
}

export function markUncollectible(
	account: Account,
	invoice: Invoice,
	reason: NonNullable<
		NonNullable<Invoice['status_details']>['uncollectible']
	>['reason'] = 'user_forgiven',
): Invoice {
	if (invoice.status !== 'open') {
		throw invalidRequest(
			`You can only mark open invoices as uncollectible. This invoice is currently ${invoice.status}.`,
		);
	}
	const closed = close(
		account,
		{ ...invoice, status_details: { uncollectible: { reason } } },
		'uncollectible',
		'marked_uncollectible_at',
		'invoice.marked_uncollectible',
	);
	afterGivenUp(account, closed);
	return closed;
}

function close(
	account: Account,
	invoice: Invoice,
	status: 'void' | 'uncollectible',
	transition: 'voided_at' | 'marked_uncollectible_at',
	type: 'invoice.voided' | 'invoice.marked_uncollectible',
): Invoice {
	if (status === 'void') cancelPayment(account, invoice);
	const closed: Invoice = {
		...invoice,
		next_payment_attempt: null,
		status,
		status_transitions: {
			...invoice.status_transitions,
			[transition]: account.now(invoice.test_clock),
		},
	};
	update(account, account.invoices, closed, 'invoice.updated');
	account.emit(type, closed);
	return closed;
}
