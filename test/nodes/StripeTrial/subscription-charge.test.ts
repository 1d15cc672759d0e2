import type { ItemParams } from '../../support/execute-node.ts';
import { hinting, useStripe } from './harness.ts';
import { ofCustomer, onSubscription, peopleOf } from './people.ts';

const stripe = useStripe();
const { inTrial, paying } = peopleOf(stripe);

const addCharge = (of: unknown, more: ItemParams = {}) =>
	onSubscription('addCharge', of, { amount: 49.9, description: 'Workshop', options: {}, ...more });

describe('Subscription > Add Charge', () => {
	it('charges with the next invoice or at once', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await paying('bob@example.com')];
		const rows = await stripe.run([
			addCharge(ada['subscriptionId']),
			addCharge(bob['subscriptionId'], { when: 'now', currency: 'USD' }),
		]);
		expect(rows).toMatchObject([
			{
				isNew: true,
				amount: 49.9,
				currency: 'USD',
				description: 'Workshop',
				invoice: null,
				nextInvoiceAt: expect.any(String) as string,
			},
			{ isNew: true, invoice: { invoiceStatus: 'paid', amountPaid: 49.9, currency: 'USD' } },
		]);
		await stripe.passDays(ada['customerId'], 32);
		const [latest] = (await stripe.stripe('GET', ofCustomer('invoices', ada))).data;
		expect(latest).toMatchObject({ total: 2900 + 4990, status: 'paid' });
	});

	it.each(['next_invoice', 'now'])(
		'charges once when repeated, parallel or later: %s',
		async (when) => {
			const ada = await paying();
			const item = addCharge(ada['subscriptionId'], { when });
			const rows = await Promise.all([1, 2, 3].map(async () => await stripe.runOne(item)));
			expect(new Set(rows.map(({ chargeId }) => chargeId)).size).toBe(1);
			expect(await stripe.runOne(item)).toMatchObject({ isNew: false });
			expect(await stripe.countOf(ofCustomer('invoiceitems', ada))).toBe(1);
		},
	);

	it('takes a request key for the identity: once for good, and twice under two', async () => {
		const ada = await paying();
		const by = (requestKey: string, more: ItemParams = {}) =>
			addCharge(ada['subscriptionId'], { options: { requestKey }, ...more });
		const rows = await stripe.run([by('a'), by('a', { amount: 5 }), by('b')]);
		expect(rows).toMatchObject([
			{ isNew: true, amount: 49.9 },
			{ isNew: false, amount: 49.9 },
			{ isNew: true },
		]);
		await stripe.passDays(ada['customerId'], 32);
		expect(await stripe.run([by('a'), addCharge(ada['subscriptionId'])])).toMatchObject([
			{ isNew: false, invoice: { invoiceStatus: 'paid' } },
			{ isNew: true },
		]);
	});

	it('finishes what a failure in the middle left undone', async () => {
		const ada = await paying();
		const item = addCharge(ada['subscriptionId'], { when: 'now' });
		stripe.standIn.faults.add({
			route: 'POST /v1/invoices/:id/finalize',
			kind: 'status',
			status: 400,
		});
		const failed = await stripe.runOne(item, { continueOnFail: true });
		expect(failed).toHaveProperty('error');
		expect(await stripe.runOne(item)).toMatchObject({ invoice: { invoiceStatus: 'paid' } });
		expect(await stripe.countOf(ofCustomer('invoiceitems', ada))).toBe(1);
		expect(await stripe.countOf(ofCustomer('invoices', ada))).toBe(3);
	});

	it('leaves a declined charge open with its link, and collects it by the next card', async () => {
		const ada = await paying();
		await stripe.giveCard(ada['customerId'], 'declined');
		const item = addCharge(ada['subscriptionId'], { when: 'now' });
		expect(await stripe.runOne(item)).toMatchObject({
			isNew: true,
			invoice: { invoiceStatus: 'open', invoiceUrl: hinting('http') },
		});
		await stripe.giveCard(ada['customerId']);
		expect(await stripe.runOne(item)).toMatchObject({
			isNew: false,
			invoice: { invoiceStatus: 'paid' },
		});
	});

	it('does not take a charge in the trial for a conversion', async () => {
		const trial = await inTrial();
		await stripe.giveCard(trial['customerId']);
		await stripe.runOne(addCharge(trial['subscriptionId'], { when: 'now' }));
		const { accounts } = await stripe.store();
		expect(await accounts.get(String(trial['accountId']))).toMatchObject({
			stage: 'trialing',
			firstPaidAt: null,
		});
	});

	it('refuses what is wrong before anything is made', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await inTrial('bob@example.com')];
		const rows = await stripe.run(
			[
				addCharge(ada['subscriptionId'], { currency: 'EUR' }),
				addCharge(ada['subscriptionId'], { amount: 0 }),
				addCharge(ada['subscriptionId'], { amount: 9.999 }),
				addCharge(ada['subscriptionId'], { description: '' }),
				addCharge(bob['subscriptionId'], { when: 'now' }),
				addCharge(bob['subscriptionId'], { when: 'now', withoutCard: true }),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'other_currency', hint: hinting('USD') } },
			{ error: { code: 'no_amount' } },
			{ error: { message: hinting('2 decimals') } },
			{ error: { message: '"Description" is empty' } },
			{ error: { code: 'no_payment_method' } },
			{ invoice: { invoiceStatus: 'open', amountDue: 49.9, invoiceUrl: hinting('http') } },
		]);
		expect(await stripe.countOf(ofCustomer('invoiceitems', ada))).toBe(0);
	});
});
