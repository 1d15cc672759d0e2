import type { ItemParams } from '../../support/execute-node.ts';
import { startTrial as start, useStripe } from './harness.ts';
import { onTrial } from './people.ts';

const stripe = useStripe();

const get = (of: unknown) => onTrial('get', of);

const check = (email: string, rules: ItemParams = {}): ItemParams => ({
	resource: 'trial',
	operation: 'checkEligibility',
	email,
	accountId: '',
	rules,
});

describe('Trial > Get', () => {
	it.each(['subscriptionId', 'customerId', 'accountId', 'email'])(
		'finds a trial by %s',
		async (field) => {
			const [started] = await stripe.run([start('ada@example.com')]);
			const [row] = await stripe.run([get(started?.[field])]);
			expect(row).toMatchObject({
				subscriptionId: started?.['subscriptionId'],
				stage: 'trialing',
				daysLeft: 14,
				atTrialEnd: 'pauses',
			});
		},
	);

	it('finds by e-mail what the search does not see yet', async () => {
		stripe.standIn.settings.searchLagSeconds = 60;
		await stripe.run([start('ada@example.com')]);
		expect(await stripe.run([get('ada@example.com')])).toMatchObject([{ stage: 'trialing' }]);
	});

	it('counts no days of a trial that was cut short', async () => {
		const ada = await stripe.runOne(start('ada@example.com'));
		await stripe.stripe('DELETE', `subscriptions/${String(ada['subscriptionId'])}`);
		expect(await stripe.runOne(get(ada['subscriptionId']))).toMatchObject({
			stage: 'lapsed',
			trialEndsAt: ada['trialEndsAt'],
			daysLeft: 0,
		});
	});

	it('names the item that Stripe does not know and goes on', async () => {
		await stripe.run([start('ada@example.com')]);
		const rows = await stripe.run(
			[get('acct_404'), get('sub_404'), get(''), get('ada@example.com')],
			{
				continueOnFail: true,
			},
		);
		expect(rows).toMatchObject([
			{ error: { message: 'Stripe has no subscription for "acct_404"', httpCode: 404 } },
			{ error: { code: 'resource_missing', httpCode: 404 } },
			{ error: { message: '"Trial" is empty' } },
			{ stage: 'trialing' },
		]);
	});
});

describe('Trial > Check Eligibility', () => {
	it('says yes to a new person and derives the account id', async () => {
		const [row] = await stripe.run([check('Ada+x@Example.com')]);
		expect(row).toMatchObject({
			eligible: true,
			reason: 'new',
			canonicalEmail: 'ada@example.com',
			accountId: expect.stringMatching(/^acct_[0-9a-f]{20}$/) as string,
			customerId: null,
			previousTrials: [],
		});
		expect(await stripe.countOf('customers')).toBe(0);
	});

	it('tells a running trial from one that was used, and knows the rules', async () => {
		const [ada] = await stripe.run([start('ada@example.com')]);
		expect(await stripe.run([check('ADA@example.com')])).toMatchObject([
			{
				eligible: false,
				reason: 'trialing',
				accountId: ada?.['accountId'],
				runningTrial: { subscriptionId: ada?.['subscriptionId'] },
			},
		]);
		await stripe.stripe('DELETE', `subscriptions/${String(ada?.['subscriptionId'])}`);
		const rows = await stripe.run([
			check('ada@example.com'),
			check('ada@example.com', { overrideReason: 'sales' }),
			check('bob@spam.example', { blockedDomains: 'spam.example' }),
		]);
		expect(rows.map(({ eligible, reason }) => [eligible, reason])).toEqual([
			[false, 'had_trial'],
			[true, 'overridden'],
			[false, 'blocked_domain'],
		]);
	});
});
