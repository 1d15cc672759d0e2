import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { get, importFromStripe, partitionOf, run as runNode } from './harness.ts';
import { createStripeWorld, type StripeWorld, type Trial } from './stripe-world.ts';

useTemporaryUserFolder();

let world: StripeWorld;
let ada: Trial;

/** A customer who converted on 19 January and paid again on 19 February. */
beforeEach(async () => {
	world = await createStripeWorld(new Date('2026-01-05T09:00:00Z'));
	ada = await world.startTrial({ email: 'ada@example.com', 'metadata[account_id]': 'acct_ada' });
	await world.giveCard(ada.customerId);
	await world.passDays(58);
});
afterEach(async () => await world.close());

const run = async (items: Parameters<typeof runNode>[0]) =>
	await runNode(items, { stripeUrl: world.url });

describe('Account > Import From Stripe, payments', () => {
	it('knows first and last payment to the day, and reads only new ones the next time', async () => {
		expect(await run([importFromStripe()])).toMatchObject([{ invoices: 3, payments: 1 }]);
		expect(await run([get('acct_ada')])).toMatchObject([
			{
				stage: 'active',
				firstPaidAt: expect.stringMatching(/^2026-01-19/) as string,
				lastPaidAt: expect.stringMatching(/^2026-02-19/) as string,
			},
		]);
		expect(await run([importFromStripe()])).toMatchObject([{ invoices: 0, unchanged: 1 }]);
		const asked = world.calls.filter(({ route }) => route === 'GET /v1/invoices');
		expect(asked.map(({ request }) => request.query.has('created[gte]'))).toEqual([false, true]);
	});

	it('knows the payments of a subscription of the past', async () => {
		await world.stripe('DELETE', `subscriptions/${ada.subscriptionId}`);
		await world.stripe('POST', 'subscriptions', {
			customer: ada.customerId,
			'items[0][price]': 'price_boards_team_monthly',
			trial_period_days: '30',
		});
		await run([importFromStripe()]);
		expect(await run([get('acct_ada')])).toMatchObject([
			{
				priceId: 'price_boards_team_monthly',
				firstPaidAt: expect.stringMatching(/^2026-01-19/) as string,
			},
		]);
	});

	it('takes no trial for paid, and no customer who left for a lapsed trial', async () => {
		const bob = await world.startTrial({
			email: 'bob@example.com',
			'metadata[account_id]': 'acct_bob',
		});
		await world.stripe('DELETE', `subscriptions/${ada.subscriptionId}`);
		await world.stripe('DELETE', `subscriptions/${bob.subscriptionId}`);
		await run([importFromStripe()]);
		expect(await run([get('acct_ada'), get('acct_bob')])).toMatchObject([
			{ stage: 'churned' },
			{ stage: 'lapsed', firstPaidAt: null },
		]);
	});

	it('asks for no invoices when told not to, and still tells a customer by the latest one', async () => {
		world.forgetCalls();
		expect(await run([importFromStripe({ paymentHistory: false })])).toMatchObject([
			{ created: 1, invoices: 0 },
		]);
		expect(world.calls.map(({ route }) => route)).toEqual(['GET /v1/subscriptions']);
		expect(await run([get('acct_ada')])).toMatchObject([
			{ lastPaidAt: expect.stringMatching(/^2026-02-19/) as string },
		]);
	});

	it('mends the stage of a customer whose last invoice was not paid, though earlier ones were', async () => {
		await world.giveCard(ada.customerId, 'declined');
		await world.passDays(60);
		const options = { paymentHistory: false };
		await run([importFromStripe(options)]);
		expect(await run([get('acct_ada')])).toMatchObject([{ status: 'canceled', stage: 'lapsed' }]);
		expect(await run([importFromStripe()])).toMatchObject([
			{
				unchanged: 1,
				payments: 2,
				drifts: [
					{
						accountId: 'acct_ada',
						changes: expect.arrayContaining([
							{ fact: 'stage', from: 'lapsed', to: 'churned' },
						]) as unknown,
					},
				],
			},
		]);
	});

	it('dates arrears from the failure, and leaves a date alone that is known better', async () => {
		await world.giveCard(ada.customerId, 'declined');
		await world.passDays(20);
		await run([importFromStripe()]);
		expect(await run([get('acct_ada')])).toMatchObject([
			{ stage: 'past_due', failingSince: expect.stringMatching(/^2026-03-19/) as string },
		]);
		const { accounts } = await partitionOf();
		const known = await accounts.get('acct_ada');
		const failingSince = new Date('2026-03-18T00:00:00Z');
		await accounts.upsert(
			{
				accountId: 'acct_ada',
				at: new Date(),
				subscription: known?.subscription ?? null,
				failingSince,
			},
			new Date(),
		);
		expect(await run([importFromStripe()])).toMatchObject([{ unchanged: 1 }]);
		expect(await run([get('acct_ada')])).toMatchObject([
			{ failingSince: failingSince.toISOString() },
		]);
	});
});
