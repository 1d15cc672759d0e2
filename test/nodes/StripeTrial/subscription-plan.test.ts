import type { ItemParams } from '../../support/execute-node.ts';
import {
	byId,
	hinting,
	PRO_MONTHLY,
	PRO_YEARLY,
	startTrial,
	TEAM_MONTHLY,
	TEAM_YEARLY,
	useStripe,
	type Json,
} from './harness.ts';
import { ofCustomer, onSubscription, peopleOf } from './people.ts';

const stripe = useStripe();
const { inTrial, paying, ended } = peopleOf(stripe);

const changePlan = (of: unknown, price: string, more: ItemParams = {}) =>
	onSubscription('changePlan', of, { priceId: byId(price), options: {}, ...more });

describe('Subscription > Change Plan', () => {
	it('switches two to another price, and repeats change nothing', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await inTrial('bob@example.com')];
		const items = [
			changePlan(ada['subscriptionId'], TEAM_MONTHLY),
			changePlan(bob['subscriptionId'], TEAM_MONTHLY, { options: { quantity: 3 } }),
		];
		expect(await stripe.run(items)).toMatchObject([
			{ changed: true, priceId: TEAM_MONTHLY, amount: 99, status: 'active' },
			{
				changed: true,
				quantity: 3,
				amount: 297,
				status: 'trialing',
				trialEndsAt: bob['trialEndsAt'],
			},
		]);
		expect(await stripe.run(items)).toMatchObject([
			{ changed: false, charge: null },
			{ changed: false, charge: null },
		]);
	});

	it('goes back and forth within a day', async () => {
		const ada = await paying();
		for (const price of [TEAM_MONTHLY, PRO_MONTHLY, TEAM_MONTHLY, PRO_MONTHLY]) {
			const row = await stripe.runOne(changePlan(ada['subscriptionId'], price));
			expect(row).toMatchObject({ changed: true, priceId: price });
		}
	});

	it('changes once in parallel runs', async () => {
		const ada = await paying();
		const item = changePlan(ada['subscriptionId'], TEAM_MONTHLY, { proration: 'always_invoice' });
		const rows = await Promise.all([1, 2, 3].map(async () => await stripe.runOne(item)));
		expect(rows.filter(({ changed }) => changed)).toHaveLength(1);
		expect(await stripe.countOf(ofCustomer('invoices', ada))).toBe(3);
	});

	it.each([true, false])(
		'shows the charge of a dry run, simplified or not: %s',
		async (simplify) => {
			const ada = await paying();
			const dry = changePlan(ada['subscriptionId'], TEAM_MONTHLY, { dryRun: true, simplify });
			expect(await stripe.runOne(dry)).toMatchObject({ dryRun: true, charge: { currency: 'USD' } });
		},
	);

	it('says what it costs, on the next invoice or at once, and changes nothing in a dry run', async () => {
		const ada = await paying();
		await stripe.passDays(ada['customerId'], 10);
		const dry = (proration: string) =>
			changePlan(ada['subscriptionId'], TEAM_MONTHLY, { proration, dryRun: true });
		const [next, now, none] = await stripe.run([
			dry('create_prorations'),
			dry('always_invoice'),
			dry('none'),
		]);
		for (const row of [next, now, none]) {
			expect(row).toMatchObject({ dryRun: true, changed: false, priceId: PRO_MONTHLY });
		}
		const due = (row?: Json) => (row?.['charge'] as Json)['amountDue'] as number;
		expect(due(none)).toBe(99);
		expect(due(next)).toBeCloseTo(99 + due(now), 1);
		expect(due(now)).toBeGreaterThan(0);
		expect(due(now)).toBeLessThan(70);
		const lines = (now?.['charge'] as { lines: Json[] }).lines;
		expect(lines.every(({ proration }) => proration === true)).toBe(true);
	});

	it('charges at once when told', async () => {
		const ada = await paying();
		await stripe.passDays(ada['customerId'], 10);
		const row = await stripe.runOne(
			changePlan(ada['subscriptionId'], TEAM_MONTHLY, { proration: 'always_invoice' }),
		);
		expect(row).toMatchObject({ changed: true, invoice: { invoiceStatus: 'paid' } });
	});

	it('asks which price to replace where there are several', async () => {
		const ada = await stripe.runOne(
			startTrial('ada@example.com', {
				additionalFields: { moreItems: { item: [{ priceId: TEAM_MONTHLY, quantity: 2 }] } },
			}),
		);
		const rows = await stripe.run(
			[
				changePlan(ada['subscriptionId'], PRO_YEARLY),
				changePlan(ada['subscriptionId'], PRO_YEARLY, { options: { replaces: byId('price_404') } }),
				changePlan(ada['subscriptionId'], PRO_MONTHLY, { options: { quantity: 4 } }),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'which_item', hint: hinting(PRO_MONTHLY) } },
			{ error: { code: 'which_item', message: hinting('price_404') } },
			{ changed: true, quantity: 4, plans: [{ quantity: 4 }, { quantity: 2 }] },
		]);
	});

	it.each([
		['chosen from the list', { ...byId(TEAM_MONTHLY), mode: 'list' }],
		['by its ID', byId(TEAM_MONTHLY)],
		['as text', TEAM_MONTHLY],
	])('replaces the price that is given %s', async (_, replaces) => {
		const ada = await stripe.runOne(
			startTrial('ada@example.com', {
				additionalFields: { moreItems: { item: [{ priceId: TEAM_MONTHLY, quantity: 2 }] } },
			}),
		);
		const row = await stripe.runOne(
			changePlan(ada['subscriptionId'], TEAM_YEARLY, { options: { replaces } }),
		);
		expect(row).toMatchObject({
			changed: true,
			plans: [{ priceId: PRO_MONTHLY }, { priceId: TEAM_YEARLY, quantity: 2 }],
		});
	});

	it('asks nothing where no price was chosen', async () => {
		const ada = await paying();
		const options = { replaces: { __rl: true, mode: 'list', value: '' } };
		const row = await stripe.runOne(changePlan(ada['subscriptionId'], TEAM_MONTHLY, { options }));
		expect(row).toMatchObject({ changed: true, priceId: TEAM_MONTHLY });
	});

	it('refuses one that is over', async () => {
		const ada = await ended();
		const row = await stripe.runOne(changePlan(ada['subscriptionId'], TEAM_MONTHLY), {
			continueOnFail: true,
		});
		expect(row).toMatchObject({
			error: { code: 'subscription_over', hint: hinting('Reactivate') },
		});
	});
});
