import type Stripe from 'stripe';
import { ownerOf, paidBeyondTrial } from '../../../services/stripe/paid-invoices.ts';

const seconds = (instant: string) => Date.parse(instant) / 1000;
const TRIAL_START = '2026-03-01T12:00:00Z';
const TRIAL_END = '2026-03-15T12:00:00Z';
const MONTH_LATER = '2026-04-15T12:00:00Z';
const PAID = '2026-03-15T13:00:00Z';

interface Line {
	readonly from?: string;
	readonly to?: string;
	readonly amount?: number;
	readonly type?: string;
}

function anInvoice(line: Line, more: object = {}): Stripe.Invoice {
	const { from = TRIAL_END, to = MONTH_LATER, amount = 2900 } = line;
	return {
		status: 'paid',
		created: seconds(TRIAL_END),
		status_transitions: { paid_at: seconds(PAID) },
		lines: {
			data: [
				{
					amount,
					parent: { type: line.type ?? 'subscription_item_details' },
					period: { start: seconds(from), end: seconds(to) },
				},
			],
		},
		...more,
	} as unknown as Stripe.Invoice;
}

describe('paidBeyondTrial', () => {
	const inTrial = { from: TRIAL_START, to: TRIAL_END, amount: 0 };

	it.each<[string, Stripe.Invoice, string | null]>([
		['the first month', anInvoice({}), PAID],
		['the first month, free by a discount or a credit', anInvoice({ amount: 0 }), PAID],
		['the empty one at the start of the trial', anInvoice(inTrial), null],
		[
			'the empty one of a trial that was cut short since',
			anInvoice({ ...inTrial, to: MONTH_LATER }),
			null,
		],
		[
			'a month before a trial that was given later',
			anInvoice({ from: '2026-01-01T12:00:00Z', to: '2026-02-01T12:00:00Z' }),
			PAID,
		],
		[
			'a fee at the start of the trial',
			anInvoice({ from: TRIAL_START, to: TRIAL_START, type: 'invoice_item_details' }),
			null,
		],
		['one that is open', anInvoice({}, { status: 'open' }), null],
		[
			'one without the instant of its payment',
			anInvoice({}, { status_transitions: { paid_at: null } }),
			TRIAL_END,
		],
	])('%s', (_name, invoice, paidAt) => {
		expect(paidBeyondTrial(invoice, new Date(TRIAL_END))).toEqual(paidAt && new Date(paidAt));
	});

	it('takes any paid period for a payment where there was no trial', () => {
		expect(paidBeyondTrial(anInvoice(inTrial), null)).toEqual(new Date(PAID));
	});
});

describe('ownerOf', () => {
	const details = { subscription: 'sub_1', metadata: { account_id: 'acct_1' } };

	it.each([
		['ids', 'cus_1', details],
		['expanded objects', { id: 'cus_1' }, { ...details, subscription: { id: 'sub_1' } }],
	])('reads %s', (_name, customer, subscription_details) => {
		const invoice = anInvoice({}, { customer, parent: { subscription_details } });
		expect(ownerOf(invoice)).toEqual({
			customerId: 'cus_1',
			subscriptionId: 'sub_1',
			accountId: 'acct_1',
		});
	});

	it.each([
		['was made by hand', null],
		['is for a quote', { subscription_details: null }],
	])('is nobody where the invoice %s', (_name, parent) => {
		expect(ownerOf(anInvoice({}, { customer: 'cus_1', parent }))).toBeNull();
	});
});
