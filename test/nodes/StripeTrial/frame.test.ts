import { byId, PRO_MONTHLY, startTrial, useStripe } from './harness.ts';
import { onTrial, peopleOf } from './people.ts';

const stripe = useStripe();
const { started } = peopleOf(stripe);

describe('what every writing operation has', () => {
	it('refuses a live key in a step for test mode, before anything is asked', async () => {
		const key = 'sk_live_real00000000000000';
		const rows = await stripe.run(
			[
				startTrial('ada@example.com', { testModeOnly: true }),
				onTrial('extend', 'sub_1', { testModeOnly: true }),
				onTrial('convert', 'sub_1', { testModeOnly: 'true' }),
				onTrial('cancel', 'sub_1', { testModeOnly: true }),
			],
			{ continueOnFail: true, key },
		);
		expect(rows).toHaveLength(4);
		for (const row of rows) expect(row).toMatchObject({ error: { code: 'live_key_in_test' } });
		expect(stripe.routes()).toEqual([]);
	});

	it('lets a test key pass, and a live one where it may', async () => {
		const test = await stripe.runOne(startTrial('ada@example.com', { testModeOnly: true }));
		expect(test).toMatchObject({ isNew: true, mode: 'test' });
		const live = await stripe.runOne(startTrial('ada@example.com'), { key: 'sk_live_x' });
		expect(live).toMatchObject({ isNew: true, mode: 'live' });
	});

	it('gives the Stripe object on request, with the mode', async () => {
		const trial = await started();
		const rows = await stripe.run([
			onTrial('extend', trial['subscriptionId'], { simplify: false }),
			{ resource: 'trial', operation: 'get', trial: byId(trial['email']), simplify: false },
		]);
		for (const row of rows) {
			expect(row).toMatchObject({
				id: trial['subscriptionId'],
				object: 'subscription',
				items: { data: [{ price: { id: PRO_MONTHLY, unit_amount_decimal: '2900' } }] },
				mode: 'test',
			});
		}
	});
});
