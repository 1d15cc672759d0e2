import { byId, hinting, PRO_MONTHLY, startTrial, useStripe } from './harness.ts';
import { onSubscription, onTrial, peopleOf } from './people.ts';

const stripe = useStripe();
const { started, startedWithCard } = peopleOf(stripe);

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

describe('where no store is safe', () => {
	const queueMode = 'EXECUTIONS_MODE';
	let before: string | undefined;

	beforeEach(() => (before = process.env[queueMode]));
	afterEach(() => {
		if (before === undefined) delete process.env[queueMode];
		else process.env[queueMode] = before;
	});

	const missed = (source: string) => ({ resource: 'event', operation: 'getMissed', source });
	const link = (operation: string, of: unknown, more: object) => ({
		resource: 'link',
		operation,
		subscription: byId(of),
		successUrl: 'https://app.example.com',
		options: {},
		metadata: {},
		...more,
	});

	it('Stripe is asked all the same', async () => {
		const { email, subscriptionId } = await startedWithCard();
		process.env[queueMode] = 'queue';
		const rows = await stripe.run([
			onTrial('get', email),
			{ resource: 'trial', operation: 'getMany', stage: 'trialing' },
			onSubscription('get', subscriptionId),
			{ resource: 'subscription', operation: 'getMany', status: 'live' },
			{ resource: 'customer', operation: 'get', customer: byId(email) },
			{ resource: 'customer', operation: 'getMany' },
			{ ...missed('all'), types: 'customer.subscription.created' },
		]);
		expect(rows).toHaveLength(7);
	});

	it('nothing is changed, and nothing said that only the store knows', async () => {
		const { email, subscriptionId } = await startedWithCard();
		process.env[queueMode] = 'queue';
		stripe.forgetCalls();
		const rows = await stripe.run(
			[
				startTrial('bob@example.com'),
				onTrial('extend', subscriptionId),
				onSubscription('cancel', subscriptionId),
				{ resource: 'customer', operation: 'createOrUpdate', email },
				{ resource: 'trial', operation: 'checkEligibility', email, rules: {} },
				missed('parked'),
				link('createPortal', email, { page: 'home' }),
				link('createCheckout', subscriptionId, { checkoutMode: 'setup' }),
			],
			{ continueOnFail: true },
		);
		expect(rows).toHaveLength(8);
		for (const row of rows)
			expect(row).toMatchObject({ error: { message: hinting('queue mode') } });
		expect(stripe.routes()).toEqual([]);
	});
});
