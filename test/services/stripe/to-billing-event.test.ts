import type Stripe from 'stripe';
import { accountKeyOf, toBillingEvent } from '../../../services/stripe/to-billing-event.ts';

const START = 1_772_366_400;
const END = START + 14 * 86_400;
const at = (seconds: number) => new Date(seconds * 1000);

const ITEM = {
	id: 'si_1',
	object: 'subscription_item',
	current_period_start: START,
	current_period_end: END,
	quantity: 1,
	price: { id: 'price_1', product: 'prod_1', unit_amount: 2900, currency: 'eur', recurring: null },
};

const SUBSCRIPTION = {
	id: 'sub_1',
	object: 'subscription',
	customer: 'cus_1',
	status: 'trialing',
	created: START,
	trial_start: START,
	trial_end: END,
	cancel_at: null,
	cancel_at_period_end: false,
	canceled_at: null,
	ended_at: null,
	default_payment_method: null,
	default_source: null,
	items: { object: 'list', data: [ITEM] },
	metadata: {},
	livemode: false,
	test_clock: null,
};

const INVOICE = {
	id: 'in_1',
	object: 'invoice',
	customer: 'cus_1',
	status: 'paid',
	currency: 'eur',
	amount_due: 2900,
	amount_paid: 2900,
	attempt_count: 1,
	next_payment_attempt: null,
	billing_reason: 'subscription_cycle',
	created: END,
	status_transitions: { paid_at: END + 3600 },
	parent: { subscription_details: { subscription: 'sub_1' } },
	lines: {
		data: [
			{
				amount: 2900,
				period: { start: END, end: END + 86_400 },
				parent: { type: 'subscription_item_details' },
			},
			{
				amount: 500,
				period: { start: END, end: END },
				parent: { type: 'invoice_item_details' },
			},
		],
	},
};

function anEvent(type: string, object: object, previous?: object): Stripe.Event {
	const data = previous ? { object, previous_attributes: previous } : { object };
	return { id: 'evt_1', object: 'event', type, created: START, data } as unknown as Stripe.Event;
}

const newsOf = (type: string, object: object, previous?: object) =>
	toBillingEvent(anEvent(type, object, previous)).news;

const beforeOf = (previous: object, now: object = {}) => {
	const news = newsOf('customer.subscription.updated', { ...SUBSCRIPTION, ...now }, previous);
	return 'before' in news ? news.before : undefined;
};

describe('toBillingEvent', () => {
	it('keeps what an update changed, as it was before', () => {
		expect(beforeOf({})).toEqual({});
		expect(beforeOf({ status: 'trialing', trial_end: START })).toEqual({
			status: 'trialing',
			trialEndsAt: at(START),
		});
		expect(beforeOf({ trial_end: null })).toEqual({ trialEndsAt: null });
		expect(beforeOf({ items: { data: [{ ...ITEM, quantity: 7 }] } })).toMatchObject({
			plans: [{ priceId: 'price_1', quantity: 7 }],
		});
	});

	it.each([
		[{ cancel_at: null, cancel_at_period_end: false }, null],
		[{ cancel_at: END }, at(END)],
		[{ cancel_at_period_end: false }, null],
		[{ cancel_at_period_end: true }, at(END)],
	])('reads %j as an end scheduled for %p', (previous, cancelsAt) => {
		expect(beforeOf(previous)).toEqual({ cancelsAt });
	});

	it.each([
		[{ default_payment_method: null }, {}, false],
		[{ default_payment_method: 'pm_1' }, {}, true],
		[{ default_payment_method: null }, { default_source: 'card_1' }, true],
	])('reads %j of a subscription with %j as a card before: %p', (previous, now, expected) => {
		expect(beforeOf(previous, now)).toEqual({ hasPaymentMethod: expected });
	});

	it.each<[string, object, object, string]>([
		[
			'a first default',
			{ default_payment_method: 'pm_1' },
			{ invoice_settings: { default_payment_method: null } },
			'payment_method_saved',
		],
		[
			'another default',
			{ default_payment_method: 'pm_2' },
			{ invoice_settings: { default_payment_method: 'pm_1' } },
			'other',
		],
		[
			'another footer',
			{ default_payment_method: 'pm_1' },
			{ invoice_settings: { footer: null } },
			'other',
		],
		['another name', { default_payment_method: 'pm_1' }, { name: 'Ada' }, 'other'],
		[
			'a default removed',
			{ default_payment_method: null },
			{ invoice_settings: { default_payment_method: 'pm_1' } },
			'other',
		],
	])('reads %s of a customer', (_, settings, previous, kind) => {
		const customer = {
			id: 'cus_1',
			object: 'customer',
			default_source: null,
			invoice_settings: { footer: 'Thanks', ...settings },
		};
		expect(newsOf('customer.updated', customer, previous).kind).toBe(kind);
	});

	it('reads an invoice with what it bills of the subscription', () => {
		expect(newsOf('invoice.paid', INVOICE)).toEqual({
			kind: 'invoice_paid',
			invoice: expect.objectContaining({
				subscriptionId: 'sub_1',
				paidAt: at(END + 3600),
				isFirst: false,
				periods: [{ startsAt: at(END), endsAt: at(END + 86_400), amount: 2900 }],
			}),
		});
		expect(newsOf('invoice.paid', { ...INVOICE, parent: null }).kind).toBe('other');
	});

	it('reads shapes of API versions before basil', () => {
		const invoice = { ...INVOICE, parent: undefined };
		const lines = {
			data: [
				{ type: 'subscription', amount: 2900, period: { start: END, end: END + 86_400 } },
				{ type: 'invoiceitem', amount: 500, period: { start: END, end: END } },
			],
		};
		expect(newsOf('invoice.paid', { ...invoice, subscription: 'sub_1', lines })).toMatchObject({
			invoice: { subscriptionId: 'sub_1', periods: [{ amount: 2900 }] },
		});

		const item = { ...ITEM, current_period_start: undefined, current_period_end: undefined };
		const older = {
			...SUBSCRIPTION,
			items: { data: [item] },
			current_period_start: START,
			current_period_end: END,
		};
		expect(newsOf('customer.subscription.created', older)).toMatchObject({
			subscription: { currentPeriodEndsAt: at(END), trial: { endsAt: at(END) } },
		});
	});

	it('reads a page that was left, for whomever it was', () => {
		const session = {
			id: 'cs_1',
			object: 'checkout.session',
			mode: 'subscription',
			customer: null,
			customer_details: { email: 'ada@example.com' },
			client_reference_id: 'acct_1',
			metadata: null,
			after_expiration: { recovery: { url: 'https://buy.stripe.com/r/1' } },
		};
		expect(toBillingEvent(anEvent('checkout.session.expired', session))).toMatchObject({
			customerId: null,
			news: {
				checkout: {
					accountId: 'acct_1',
					email: 'ada@example.com',
					recoveryUrl: 'https://buy.stripe.com/r/1',
				},
			},
		});
		expect(accountKeyOf(anEvent('checkout.session.expired', session))).toBe('cs_1');
	});

	it.each([
		[{ id: 'req_1', idempotency_key: null }, 'req_1'],
		[{ id: null, idempotency_key: null }, null],
		[null, null],
	])('names the request that caused it: %j', (request, expected) => {
		const event = { ...anEvent('customer.subscription.created', SUBSCRIPTION), request };
		expect(toBillingEvent(event).requestId).toBe(expected);
	});

	it('keeps the events of a customer together, and knows nothing of others', () => {
		expect(accountKeyOf(anEvent('invoice.paid', INVOICE))).toBe('cus_1');
		expect(accountKeyOf(anEvent('customer.deleted', { object: 'customer', id: 'cus_2' }))).toBe(
			'cus_2',
		);
		expect(newsOf('product.created', { object: 'product', id: 'prod_1' })).toEqual({
			kind: 'other',
		});
	});
});
