import type Stripe from 'stripe';

/** Stripe objects trimmed to what the time machine reads; the casts are here and nowhere else. */

export const unix = (iso: string) => Date.parse(iso) / 1000;

const trialStart = unix('2027-01-01T09:00:00Z');
const trialEnd = unix('2027-01-15T09:00:00Z');

export function aSubscription(overrides: Partial<Stripe.Subscription> = {}): Stripe.Subscription {
	return {
		id: 'sub_1',
		object: 'subscription',
		customer: 'cus_1',
		status: 'trialing',
		created: trialStart,
		trial_start: trialStart,
		trial_end: trialEnd,
		trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
		cancel_at: null,
		cancel_at_period_end: false,
		cancellation_details: null,
		currency: 'usd',
		default_payment_method: null,
		ended_at: null,
		items: { data: [{ current_period_end: trialEnd, price: { unit_amount: 2900 }, quantity: 1 }] },
		...overrides,
	} as Stripe.Subscription;
}

export function anInvoice(overrides: Partial<Stripe.Invoice> = {}): Stripe.Invoice {
	return {
		id: 'in_1',
		object: 'invoice',
		customer: 'cus_1',
		status: 'open',
		amount_due: 2900,
		amount_paid: 0,
		currency: 'usd',
		next_payment_attempt: null,
		automatically_finalizes_at: null,
		...overrides,
	} as Stripe.Invoice;
}

export function aCustomer(overrides: Partial<Stripe.Customer> = {}): Stripe.Customer {
	return {
		id: 'cus_1',
		object: 'customer',
		email: 'ada@example.com',
		name: 'Ada Lovelace',
		metadata: { account_id: 'acct_1' },
		invoice_settings: { default_payment_method: null },
		test_clock: null,
		...overrides,
	} as Stripe.Customer;
}

export function aCard(overrides: { id?: string; last4?: string } = {}): Stripe.PaymentMethod {
	const { id = 'pm_1', last4 = '4242' } = overrides;
	return {
		id,
		object: 'payment_method',
		customer: 'cus_1',
		type: 'card',
		card: { brand: 'visa', last4 },
	} as Stripe.PaymentMethod;
}

let count = 0;

export function anEvent(type: string, object: object, previous?: object): Stripe.Event {
	count += 1;
	return {
		id: `evt_${count}`,
		object: 'event',
		type,
		created: trialStart + count,
		data: { object, ...(previous ? { previous_attributes: previous } : {}) },
	} as Stripe.Event;
}
