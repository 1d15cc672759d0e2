import type { ItemParams } from '../../support/execute-node.ts';
import { byId, DAY_MS, hinting, startTrial, useStripe } from './harness.ts';

const stripe = useStripe();

const DAY_S = DAY_MS / 1000;

/** A clock that stands so far in the past that every trial on it has run out by the real time. */
async function clockOfThePast() {
	const frozenTime = Math.floor(Date.now() / 1000) - 60 * DAY_S;
	const { id } = await stripe.stripe('POST', 'test_helpers/test_clocks', {
		frozen_time: String(frozenTime),
	});
	return { testClockId: String(id), frozenAt: new Date(frozenTime * 1000) };
}

const adaOn = (testClockId: string) =>
	startTrial('ada@example.com', { accountId: 'acct_ada', additionalFields: { testClockId } });

const tenPercentOff = async (subscription: unknown): Promise<ItemParams> => ({
	resource: 'subscription',
	operation: 'applyDiscount',
	subscription: byId(subscription),
	discountBy: 'coupon',
	couponId: byId((await stripe.stripe('POST', 'coupons', { percent_off: '10' }))['id']),
});

const knownOfAda = async () => {
	const { accounts, timeline } = await stripe.store();
	const { entries } = await timeline.list({ accountId: 'acct_ada', limit: 10 });
	return { account: await accounts.get('acct_ada'), entries };
};

describe('an account on a test clock', () => {
	it('stands where it stands by that clock, and so does its timeline', async () => {
		const { testClockId, frozenAt } = await clockOfThePast();
		const row = await stripe.runOne(adaOn(testClockId));
		expect(row).toMatchObject({ stage: 'trialing' });
		expect((await knownOfAda()).account).toMatchObject({ stage: 'trialing', lapsedAt: null });

		await stripe.runOne(await tenPercentOff(row['subscriptionId']));
		const { account, entries } = await knownOfAda();
		expect(account).toMatchObject({ stage: 'trialing' });
		expect(entries.map(({ kind, at }) => [kind, at])).toEqual([
			['discount_applied', frozenAt],
			['trial_started', frozenAt],
		]);
	});

	it.each([
		['is asked for again', 1, undefined],
		['is missed in the row, never in what was done', 4, hinting('what time it is')],
	])('whose time Stripe does not tell: it %s', async (_, times, storeWarning) => {
		const { testClockId } = await clockOfThePast();
		const ada = await stripe.runOne(adaOn(testClockId));
		const discount = await tenPercentOff(ada['subscriptionId']);
		const route = 'GET /v1/test_helpers/test_clocks/:id';
		stripe.standIn.faults.add({ route, kind: 'status', status: 400, times });
		const row = await stripe.runOne(discount);
		expect(row).toMatchObject({ changed: true });
		expect(row['storeWarning']).toEqual(storeWarning);
	});

	it('is not judged by the real time when somebody else tells of it', async () => {
		const { testClockId } = await clockOfThePast();
		await stripe.runOne(adaOn(testClockId));
		const { accounts } = await stripe.store();
		const now = new Date();
		await accounts.upsert({ accountId: 'acct_ada', at: now, name: 'Ada' }, now);
		expect((await knownOfAda()).account).toMatchObject({ stage: 'trialing', name: 'Ada' });
	});
});
