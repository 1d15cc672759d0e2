import type { ItemParams } from '../../support/execute-node.ts';
import { hinting, useStripe } from './harness.ts';
import { onTrial, peopleOf } from './people.ts';

const stripe = useStripe();
const { started, startedWithCard } = peopleOf(stripe);

const convert = (of: unknown, more: ItemParams = {}) => onTrial('convert', of, more);

const cancel = (of: unknown, more: ItemParams = {}) =>
	onTrial('cancel', of, { when: 'at_end', options: {}, ...more });

describe('Trial > Convert', () => {
	it('says what it will cost, and charges nothing in a dry run', async () => {
		const rows = await stripe.run([
			convert((await startedWithCard('ada@example.com'))['subscriptionId'], { dryRun: true }),
			convert((await startedWithCard('bob@example.com'))['subscriptionId'], { dryRun: true }),
		]);
		for (const row of rows) {
			expect(row).toMatchObject({
				dryRun: true,
				changed: false,
				stage: 'trialing',
				charge: { amountDue: 29, currency: 'USD', lines: [{ amount: 29, proration: false }] },
				invoice: null,
			});
		}
	});

	it('ends the trial, bills it, and leaves it alone when repeated', async () => {
		const trial = await startedWithCard();
		const row = await stripe.runOne(convert(trial['subscriptionId']));
		expect(row).toMatchObject({
			changed: true,
			stage: 'active',
			charge: { amountDue: 29, currency: 'USD' },
			invoice: { invoiceStatus: 'paid', amountPaid: 29, currency: 'USD' },
		});
		expect(await stripe.runOne(convert(trial['subscriptionId']))).toMatchObject({
			changed: false,
			charge: null,
			invoice: { invoiceStatus: 'paid', amountPaid: 29 },
		});
		expect(await stripe.countOf(`invoices?customer=${String(trial['customerId'])}`)).toBe(2);
		const { accounts } = await stripe.store();
		const account = await accounts.get(String(trial['accountId']));
		expect(account).toMatchObject({ stage: 'active', firstPaidAt: expect.any(Date) as Date });
	});

	it('charges once in parallel runs', async () => {
		const trial = await startedWithCard();
		await Promise.all(
			Array.from({ length: 4 }, async () => await stripe.runOne(convert(trial['subscriptionId']))),
		);
		expect(await stripe.countOf(`invoices?customer=${String(trial['customerId'])}`)).toBe(2);
	});

	it('refuses without a card unless told, and then bills by invoice whatever the trial was to do', async () => {
		const trial = await started();
		const [refused, billed] = await stripe.run(
			[convert(trial['subscriptionId']), convert(trial['subscriptionId'], { withoutCard: true })],
			{ continueOnFail: true },
		);
		expect(refused).toMatchObject({
			error: { code: 'no_payment_method', hint: hinting('Even Without a Card') },
		});
		expect(billed).toMatchObject({
			changed: true,
			status: 'past_due',
			invoice: {
				invoiceStatus: 'open',
				amountDue: 29,
				amountPaid: 0,
				invoiceUrl: hinting('http'),
			},
		});
	});

	it('reports a declined card', async () => {
		const trial = await started();
		await stripe.giveCard(trial['customerId'], 'declined');
		expect(await stripe.runOne(convert(trial['subscriptionId']))).toMatchObject({
			changed: true,
			status: 'past_due',
			stage: 'past_due',
			invoice: { invoiceStatus: 'open', amountPaid: 0 },
		});
	});

	it('refuses what would end it for good, and what is over', async () => {
		const leaving = await startedWithCard('ada@example.com');
		await stripe.runOne(cancel(leaving['subscriptionId']));
		const gone = await startedWithCard('bob@example.com');
		await stripe.runOne(cancel(gone['subscriptionId'], { when: 'now' }));
		const rows = await stripe.run(
			[convert(leaving['subscriptionId']), convert(gone['subscriptionId'])],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'cancellation_scheduled', hint: hinting('Reactivate') } },
			{ error: { code: 'no_trial', hint: hinting('Reactivate') } },
		]);
	});
});
