import { footingOf } from '../../../lifecycle/journey/footing.ts';
import { step, steps, useJourney } from './harness.ts';

const suite = useJourney();
const { run, signUp, goToDay } = suite;

const TIMERS = [
	'hrtime',
	'nextTick',
	'performance',
	'queueMicrotask',
	'setImmediate',
	'setInterval',
	'setTimeout',
	'clearImmediate',
	'clearInterval',
	'clearTimeout',
] as const;

const sendsOf = async (accountId: string) => {
	const { sends } = await suite.ledger();
	const rows = await sends.list(accountId, 20);
	return Object.fromEntries(rows.map(({ step: key, state, reason }) => [key, reason ?? state]));
};

it('gives out each step on its own output when it is due, with everything that a message needs', async () => {
	const { customerId, subscriptionId } = await signUp('acme-1');
	expect(await run()).toEqual([[]]);

	// The trial ends on the 24th at ten: three days before, at nine.
	await goToDay(10.96);
	const [threeDaysLeft, ...others] = await run();
	expect(others.flat()).toEqual([]);
	expect(threeDaysLeft).toEqual([
		{
			journey: 'conversion',
			step: 'three_days_left',
			stepName: 'three days left',
			sendOnceKey: `conversion/three_days_left/acme-1/${subscriptionId}/2027-01-24T10:00:00.000Z`,
			category: 'marketing',
			accountId: 'acme-1',
			email: 'acme-1@example.com',
			name: 'Ada',
			language: null,
			timeZone: 'UTC',
			contactId: null,
			customerId,
			subscriptionId,
			instanceUrl: null,
			stage: 'trialing',
			plan: 'price_boards_pro_monthly',
			accessLevel: null,
			trialStartedAt: '2027-01-10T10:00:00.000Z',
			trialEndsAt: '2027-01-24T10:00:00.000Z',
			trialEndsOn: '2027-01-24',
			daysLeft: 3,
			cardOnFile: false,
			reason: null,
			milestones: [],
			variant: null,
			// By the real time, which the test clock is ahead of.
			journeyStartedAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
			anchorAt: '2027-01-24T10:00:00.000Z',
			dueAt: '2027-01-21T09:00:00.000Z',
			mode: 'test',
			workspace: 'default',
			links: {},
			dryRun: false,
		},
	]);

	await goToDay(13.96);
	const [again, lastDay] = await run();
	expect(again).toEqual([]);
	expect(lastDay).toMatchObject([{ step: 'last_day', accountId: 'acme-1', daysLeft: 0 }]);
});

it('gives out nothing twice, however often it runs and however many run at once', async () => {
	await signUp('acme-1');
	await signUp('acme-2');
	await goToDay(11);
	const runs = await Promise.all([suite.steps(), suite.steps(), suite.steps()]);
	expect(runs.flat().sort()).toEqual(['three_days_left of acme-1', 'three_days_left of acme-2']);
	expect(await suite.steps()).toEqual([]);
	expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'reserved' });
});

describe('just before it gives a step out, it asks Stripe', () => {
	it('leaves out who has paid a second before, and writes down why', async () => {
		const { customerId, subscriptionId } = await signUp('acme-1');
		await goToDay(11);
		await suite.world().giveCard(customerId);
		await suite.world().stripe('POST', `subscriptions/${subscriptionId}`, { trial_end: 'now' });
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'converted' });
		const { accounts } = await suite.ledger();
		expect(await accounts.get('acme-1')).toMatchObject({ stage: 'active' });
	});

	it('leaves out who has asked to leave a second before', async () => {
		const { subscriptionId } = await signUp('acme-1');
		await goToDay(11);
		await suite.world().stripe('POST', `subscriptions/${subscriptionId}`, {
			cancel_at_period_end: 'true',
		});
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'cancellation_scheduled' });
	});

	it('leaves out who was deleted, or is not there any more', async () => {
		const { customerId } = await signUp('acme-1');
		await signUp('acme-2');
		await goToDay(11);
		await suite.world().stripe('DELETE', `customers/${customerId}`);
		const { accounts } = await suite.ledger();
		const known = await accounts.get('acme-2');
		const { subscription } = known ?? {};
		if (!subscription) throw new Error('Not learnt');
		await accounts.upsert(
			{
				accountId: 'acme-2',
				at: new Date(),
				customerId: 'cus_gone',
				subscription: {
					...subscription,
					id: 'sub_gone',
					createdAt: new Date(subscription.createdAt.getTime() + 1000),
				},
			},
			new Date(),
		);
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'not_in_audience' });
		expect(await sendsOf('acme-2')).toEqual({ three_days_left: 'no_anchor_or_trial_too_short' });
	});

	it('counts anew for a trial that was extended', async () => {
		const { subscriptionId } = await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		await suite.world().stripe('POST', `subscriptions/${subscriptionId}`, {
			trial_end: String(Date.parse('2027-01-31T10:00:00Z') / 1000),
			proration_behavior: 'none',
		});
		await suite.learn();
		await goToDay(14);
		expect(await suite.steps()).toEqual([]);
		await goToDay(18);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
	});

	it('asks once per account that is due, and of nobody else', async () => {
		await signUp('acme-1');
		await signUp('acme-2', { trial_period_days: '30' });
		await goToDay(11);
		suite.world().forgetCalls();
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		const asked = suite.world().calls.map(({ request }) => request.path);
		expect(asked).toEqual(['/v1/test_helpers/test_clocks', '/v1/subscriptions']);
	});
});

describe('after an outage', () => {
	it('gives out what is useful still, and records what is not', async () => {
		await signUp('acme-1');
		const more = steps(
			step('seven_days_left', 7),
			step('three_days_left', 3),
			step('one_day_left', 1, { usefulForHours: 48 }),
			step('last_day', 0),
		);
		await goToDay(5);
		expect(await suite.steps({ steps: more })).toEqual([]);
		await goToDay(13.97);
		expect(await suite.steps({ steps: more })).toEqual(['last_day of acme-1']);
		expect(await sendsOf('acme-1')).toEqual({
			seven_days_left: 'missed',
			three_days_left: 'missed',
			one_day_left: 'superseded',
			last_day: 'reserved',
		});
	});

	it('says nothing of steps that were over before the journey began', async () => {
		await signUp('acme-1');
		await goToDay(13.5);
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({});
	});
});

describe('a message that was given out and not sent', () => {
	const settle = async (now: Date, state: 'sent' | 'failed') => {
		const { sends } = await suite.ledger();
		const [{ key = '' } = {}] = await sends.list('acme-1', 1);
		const result = await sends.claim(
			{ key, accountId: 'acme-1', channel: 'email', category: 'marketing', leaseMs: 1000 },
			now,
		);
		if (!result.won) throw new Error(`Lost: ${result.state}`);
		const outcome = state === 'sent' ? ({ state } as const) : ({ state, reason: 'x' } as const);
		await sends.settle(result.claim, outcome, now);
		return result.footing;
	};
	/** Everybody's clock but Stripe's, which stands where the test put it. */
	const wait = (minutes: number) => {
		const now = new Date(Date.now() + minutes * 60_000);
		jest.useFakeTimers({ now, doNotFake: [...TIMERS] });
	};
	afterEach(() => jest.useRealTimers());

	it('comes again after its lease, which grows, for as long as it is useful', async () => {
		await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		for (const minutes of [5, 15, 60, 180, 360, 360]) {
			wait(minutes - 1);
			expect([minutes, await suite.steps()]).toEqual([minutes, []]);
			wait(2);
			expect([minutes, await suite.steps()]).toEqual([minutes, ['three_days_left of acme-1']]);
		}
	});

	it('comes no more once it is of no use', async () => {
		await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		await goToDay(12.5);
		wait(6);
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'not_delivered' });
	});

	it('comes no more once its test clock is gone', async () => {
		await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		await suite.deleteClock();
		wait(6);
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'test_clock_gone' });
	});

	it('comes no more once its message went out', async () => {
		await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		await settle(new Date(), 'sent');
		wait(6);
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'sent' });
	});

	it('comes no more to who asked to leave while it was on its way', async () => {
		const { subscriptionId } = await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		await settle(new Date(), 'failed');
		await suite.world().stripe('POST', `subscriptions/${subscriptionId}`, {
			cancel_at_period_end: 'true',
		});
		wait(6);
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'cancellation_scheduled' });
	});

	it('comes no more to who paid meanwhile, although that moved the end of the trial', async () => {
		const { customerId, subscriptionId } = await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		await suite.world().giveCard(customerId);
		await suite.world().stripe('POST', `subscriptions/${subscriptionId}`, { trial_end: 'now' });
		await suite.learn();
		wait(6);
		expect(await suite.steps()).toEqual([]);
		expect(await sendsOf('acme-1')).toEqual({ three_days_left: 'converted' });
	});

	it('tells its message on what billing it was given out', async () => {
		await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		const { accounts } = await suite.ledger();
		const account = await accounts.get('acme-1');
		expect(await settle(new Date(), 'sent')).toBe(account && footingOf(account));
	});

	it('comes again when Intercom refused it', async () => {
		await signUp('acme-1');
		await goToDay(11);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
		await settle(new Date(), 'failed');
		wait(6);
		expect(await suite.steps()).toEqual(['three_days_left of acme-1']);
	});
});
