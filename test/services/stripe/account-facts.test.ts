import type Stripe from 'stripe';
import { accountIdFor } from '../../../lifecycle/account-id.ts';
import { toFacts } from '../../../services/stripe/account-facts.ts';

const seconds = (instant: string) => Date.parse(instant) / 1000;
const READ = new Date('2026-04-20T12:00:00Z');
const TRIAL_START = '2026-03-01T12:00:00Z';
const TRIAL_END = '2026-03-15T12:00:00Z';
const MONTH_LATER = '2026-04-15T12:00:00Z';
const PAID = '2026-03-15T13:00:00Z';

const CUSTOMER = {
	id: 'cus_1',
	email: 'Ada@example.com',
	name: 'Ada',
	preferred_locales: ['hu', 'en'],
	metadata: {},
	invoice_settings: { default_payment_method: 'pm_1' },
};

function raw(more: object = {}): Stripe.Subscription {
	return {
		id: 'sub_1',
		status: 'active',
		created: seconds(TRIAL_START),
		trial_start: seconds(TRIAL_START),
		trial_end: seconds(TRIAL_END),
		customer: CUSTOMER,
		latest_invoice: null,
		metadata: { account_id: 'acct_1' },
		items: { data: [] },
		...more,
	} as unknown as Stripe.Subscription;
}

interface Line {
	readonly from?: string;
	readonly to?: string;
	readonly amount?: number;
	readonly type?: string;
}

function withInvoice(line: Line, more: object = {}): Stripe.Subscription {
	const { from = TRIAL_END, to = MONTH_LATER, amount = 2900 } = line;
	return raw({
		latest_invoice: {
			id: 'in_1',
			status: 'paid',
			created: seconds(TRIAL_END),
			attempted: true,
			parent: { subscription_details: { subscription: 'sub_1' } },
			status_transitions: { paid_at: seconds(PAID), finalized_at: seconds(PAID) },
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
		},
	});
}

describe('toFacts', () => {
	it('tells what Stripe knows, as of the reading', () => {
		expect(toFacts(raw(), READ)).toMatchObject({
			accountId: 'acct_1',
			at: READ,
			email: 'Ada@example.com',
			name: 'Ada',
			language: 'hu',
			customerId: 'cus_1',
			signedUpAt: new Date(TRIAL_START),
			subscription: { id: 'sub_1', hasPaymentMethod: true },
		});
	});

	it.each([
		['paused', seconds(MONTH_LATER), new Date(MONTH_LATER)],
		// What an earlier pause left behind.
		['active', seconds(MONTH_LATER), null],
		['paused', undefined, null],
	])('tells since when a subscription is %s: %p', (status, transitioned_at, pausedAt) => {
		const paused = { subscription: { type: 'final_payment_failure' }, transitioned_at };
		expect(toFacts(raw({ status, status_details: { paused } }), READ)).toMatchObject({
			subscription: { pausedAt },
		});
	});

	it('leaves to others what Stripe does not know', () => {
		const customer = { ...CUSTOMER, email: null, name: null, preferred_locales: [] };
		const facts = Object.keys(toFacts(raw({ customer }), READ));
		for (const unknown of ['email', 'name', 'language', 'paidAt', 'failingSince']) {
			expect(facts).not.toContain(unknown);
		}
	});

	it.each([
		['the subscription says', {}, 'acct_1'],
		[
			'the customer says',
			{ metadata: {}, customer: { ...CUSTOMER, metadata: { account_id: 'acct_2' } } },
			'acct_2',
		],
		['the e-mail gives', { metadata: { account_id: '' } }, accountIdFor('ada@example.com')],
		['a deleted customer leaves', { customer: { id: 'cus_1', deleted: true } }, 'acct_1'],
	])('takes the account id that %s', (_name, more, accountId) => {
		expect(toFacts(raw(more), READ)).toMatchObject({ accountId, customerId: 'cus_1' });
	});

	it.each([
		[{ metadata: {}, customer: { ...CUSTOMER, email: null } }, 'no_account_id_and_no_email'],
		[{ metadata: {}, customer: { id: 'cus_1', deleted: true } }, 'no_account_id_and_no_email'],
		[{ metadata: { account_id: "it's" } }, 'malformed_account_id'],
	])('cannot tell whose it is: %j', (more, why) => {
		expect(toFacts(raw(more), READ)).toBe(why);
	});

	const inTrial = { from: TRIAL_START, to: TRIAL_END, amount: 0 };
	it.each<[string, Stripe.Subscription, string | undefined]>([
		['the first month', withInvoice({}), PAID],
		['the first month, on the house', withInvoice({ amount: 0 }), PAID],
		['the empty one at the start of the trial', withInvoice(inTrial), undefined],
		[
			'the empty one of a trial that was cut short since',
			withInvoice({ ...inTrial, to: MONTH_LATER }),
			undefined,
		],
		[
			'a month before a trial that was given later',
			withInvoice({ from: '2026-01-01T12:00:00Z', to: '2026-02-01T12:00:00Z' }),
			PAID,
		],
		[
			'a fee at the start of the trial',
			withInvoice({ from: TRIAL_START, to: TRIAL_START, type: 'invoice_item_details' }),
			undefined,
		],
		['one that is open', withInvoice({}, { status: 'open' }), undefined],
		['one that is not expanded', raw({ latest_invoice: 'in_1' }), undefined],
	])('takes the latest invoice for a payment or not: %s', (_name, subscription, paidAt) => {
		const facts = toFacts(subscription, READ);
		if (typeof facts === 'string') throw new Error(facts);
		expect(facts.paidAt).toEqual(paidAt && new Date(paidAt));
	});

	it.each([
		['open and tried', { status: 'open' }, new Date(PAID)],
		['open and not tried yet', { status: 'open', attempted: false }, undefined],
		['paid', {}, undefined],
		['given up', { status: 'uncollectible' }, undefined],
	])('dates arrears by a latest invoice that is %s', (_name, invoice, failingSince) => {
		const facts = toFacts(withInvoice({}, invoice), READ);
		if (typeof facts === 'string') throw new Error(facts);
		expect(facts.failingSince).toEqual(failingSince);
	});
});
