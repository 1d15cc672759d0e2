import type { ItemParams } from '../../support/execute-node.ts';
import { DAY_MS, hinting, useStripe, type Json } from './harness.ts';
import { onTrial, peopleOf } from './people.ts';

const stripe = useStripe();
const { started, startedWithCard, lapsed, timelineOf } = peopleOf(stripe);

const extend = (of: unknown, more: ItemParams = {}) =>
	onTrial('extend', of, { days: 7, maxExtensions: 1, maxDaysInAll: 14, options: {}, ...more });

const later = (instant: unknown, days: number) =>
	new Date(new Date(String(instant)).getTime() + days * DAY_MS).toISOString();

const present = async (trial: Json) =>
	await stripe.stripe('GET', `subscriptions/${String(trial['subscriptionId'])}`);

describe('Trial > Extend', () => {
	it('extends two trials, by days and to a date', async () => {
		const [ada, bob] = [await started('ada@example.com'), await started('bob@example.com')];
		const until = later(bob['trialEndsAt'], 10);
		const rows = await stripe.run([
			extend(ada['subscriptionId']),
			extend(bob['email'], { extendBy: 'date', endsAt: until }),
		]);
		expect(rows).toMatchObject([
			{ trialEndsAt: later(ada['trialEndsAt'], 7), daysLeft: 21, changed: true, mode: 'test' },
			{ trialEndsAt: until, daysLeft: 24, changed: true },
		]);
	});

	it('bills nothing for it and counts in the metadata', async () => {
		const trial = await startedWithCard();
		stripe.forgetCalls();
		await stripe.runOne(extend(trial['subscriptionId']));
		expect(stripe.callsOf('POST /v1/subscriptions/:id')).toMatchObject([
			{ proration_behavior: 'none' },
		]);
		expect((await present(trial))['metadata']).toMatchObject({
			account_id: trial['accountId'],
			trial_extensions: '1',
			trial_extension_days: '7',
		});
		expect(await stripe.countOf(`invoices?customer=${String(trial['customerId'])}`)).toBe(1);
	});

	it('does nothing for the same request again, at any distance of time', async () => {
		const trial = await started();
		await stripe.runOne(extend(trial['subscriptionId']));
		stripe.forgetCalls();
		const again = await stripe.runOne(extend(trial['subscriptionId']));
		expect(again).toMatchObject({ changed: false, trialEndsAt: later(trial['trialEndsAt'], 7) });
		expect(stripe.routes()).toEqual(['GET /v1/subscriptions/:id']);
	});

	it('extends once in parallel runs', async () => {
		const trial = await started();
		const rows = await Promise.all(
			Array.from({ length: 5 }, async () => await stripe.runOne(extend(trial['subscriptionId']))),
		);
		expect(rows.filter(({ changed }) => changed)).toHaveLength(1);
		expect(await stripe.runOne(extend(trial['subscriptionId']))).toMatchObject({
			trialEndsAt: later(trial['trialEndsAt'], 7),
		});
	});

	it.each(['cut', 'status'] as const)(
		'extends once although the answer is lost: %s',
		async (kind) => {
			const trial = await started();
			const route = 'POST /v1/subscriptions/:id';
			stripe.standIn.faults.add({ route, kind, status: 500, moment: 'after' });
			expect(await stripe.runOne(extend(trial['subscriptionId']))).toMatchObject({
				trialEndsAt: later(trial['trialEndsAt'], 7),
			});
			expect((await present(trial))['metadata']).toMatchObject({ trial_extensions: '1' });
		},
	);

	it('tells requests apart by their keys and holds the limits', async () => {
		const trial = await started();
		const by = (requestKey: string, days: number, maxExtensions: number) =>
			extend(trial['subscriptionId'], { days, maxExtensions, options: { requestKey } });
		const rows = await stripe.run(
			[by('a', 7, 2), by('a', 7, 2), by('b', 7, 1), by('b', 8, 2), by('b', 7, 2)],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ changed: true, daysLeft: 21 },
			{ changed: false, daysLeft: 21 },
			{ error: { code: 'too_often', hint: hinting('Most Extensions') } },
			{ error: { code: 'too_long', hint: hinting('Most Days in All') } },
			{ changed: true, daysLeft: 28 },
		]);
	});

	it('takes up a lapsed trial again as long as it is only paused', async () => {
		const trial = await lapsed();
		const row = await stripe.runOne(extend(trial['subscriptionId']));
		expect(row).toMatchObject({ stage: 'trialing', status: 'trialing', daysLeft: 7 });
	});

	it('says why not, and goes on with the next', async () => {
		const over = await lapsed('ada@example.com', 'cancel');
		const bob = await started('bob@example.com');
		const rows = await stripe.run(
			[
				extend(over['subscriptionId']),
				extend(bob['subscriptionId'], { extendBy: 'date', endsAt: '2020-01-01' }),
				extend(bob['subscriptionId'], { days: 0 }),
				extend(''),
				extend('a"b'),
				extend(bob['subscriptionId']),
			],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'no_trial', hint: hinting('Allow Another Trial') } },
			{ error: { message: hinting('A trial must end in the future') } },
			{ error: { message: 'A trial lasts 1 to 730 whole days, not 0' } },
			{ error: { message: '"Trial" is empty' } },
			{ error: { message: '"Trial" is malformed' } },
			{ changed: true },
		]);
	});

	it('tells of no more time where none was given', async () => {
		const [ada, bob] = [await started('ada@example.com'), await startedWithCard('bob@example.com')];
		const item = extend(bob['subscriptionId']);
		const rows = await stripe.run([
			extend(ada['subscriptionId'], { extendBy: 'date', endsAt: ada['trialEndsAt'] }),
			item,
			onTrial('convert', bob['subscriptionId']),
			item,
		]);
		expect(rows.map(({ changed }) => changed)).toEqual([false, true, true, false]);
		expect(await timelineOf(ada)).toEqual(['trial_started']);
		const told = await timelineOf(bob);
		expect(told.filter((kind) => kind === 'trial_extended')).toHaveLength(1);
	});

	it('tells of no extension where the trial ends at that date anyway', async () => {
		const trial = await started();
		const same = extend(trial['subscriptionId'], {
			extendBy: 'date',
			endsAt: trial['trialEndsAt'],
		});
		expect(await stripe.runOne(same)).toMatchObject({ changed: false });
		expect(await timelineOf(trial)).toEqual(['trial_started']);
	});

	it('re-arms the account in the store', async () => {
		const trial = await started();
		await stripe.runOne(extend(trial['subscriptionId'], { options: { reason: 'asked' } }));
		const { accounts } = await stripe.store();
		const account = await accounts.get(String(trial['accountId']));
		expect(account?.subscription?.trial?.endsAt).toEqual(new Date(later(trial['trialEndsAt'], 7)));
		expect(await timelineOf(trial)).toEqual(['trial_started', 'trial_extended']);
	});
});
