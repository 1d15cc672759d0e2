import type { ItemParams } from '../../support/execute-node.ts';
import { byId, DAY_MS, hinting, PRO_MONTHLY, startTrial, useStripe, type Json } from './harness.ts';

const stripe = useStripe();

const extend = (trial: unknown, more: ItemParams = {}): ItemParams => ({
	resource: 'trial',
	operation: 'extend',
	trial: byId(trial),
	extendBy: 'days',
	days: 7,
	maxExtensions: 1,
	maxDaysInAll: 14,
	options: {},
	...more,
});

const convert = (trial: unknown, more: ItemParams = {}): ItemParams => ({
	resource: 'trial',
	operation: 'convert',
	trial: byId(trial),
	...more,
});

const cancel = (trial: unknown, more: ItemParams = {}): ItemParams => ({
	resource: 'trial',
	operation: 'cancel',
	trial: byId(trial),
	when: 'at_end',
	options: {},
	...more,
});

const later = (instant: unknown, days: number) =>
	new Date(new Date(String(instant)).getTime() + days * DAY_MS).toISOString();

async function started(email = 'ada@example.com', more: ItemParams = {}): Promise<Json> {
	return await stripe.runOne(startTrial(email, more));
}

async function startedWithCard(email = 'ada@example.com'): Promise<Json> {
	const trial = await started(email);
	await stripe.giveCard(trial['customerId']);
	return trial;
}

/** A trial whose customer lives on a test clock and whose time has run out. */
async function lapsed(withoutPaymentMethod: string): Promise<Json> {
	const testClockId = await stripe.newClock();
	const trial = await started('ada@example.com', {
		withoutPaymentMethod,
		additionalFields: { testClockId },
	});
	await stripe.passDays(trial['customerId'], 15);
	return trial;
}

const present = async (trial: Json) =>
	await stripe.stripe('GET', `subscriptions/${String(trial['subscriptionId'])}`);

const timelineOf = async (trial: Json) => {
	const { timeline } = await stripe.store();
	const { entries } = await timeline.list({ accountId: String(trial['accountId']), limit: 50 });
	return entries.map(({ kind }) => kind).reverse();
};

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
		const trial = await lapsed('pause');
		const row = await stripe.runOne(extend(trial['subscriptionId']));
		expect(row).toMatchObject({ stage: 'trialing', status: 'trialing', daysLeft: 7 });
	});

	it('says why not, and goes on with the next', async () => {
		const over = await lapsed('cancel');
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

	it('re-arms the account in the store', async () => {
		const trial = await started();
		await stripe.runOne(extend(trial['subscriptionId'], { options: { reason: 'asked' } }));
		const { accounts } = await stripe.store();
		const account = await accounts.get(String(trial['accountId']));
		expect(account?.subscription?.trial?.endsAt).toEqual(new Date(later(trial['trialEndsAt'], 7)));
		expect(await timelineOf(trial)).toEqual(['trial_started', 'trial_extended']);
	});
});

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

describe('Trial > Cancel', () => {
	it('lets one trial run out and ends another now, each with its reason', async () => {
		const [ada, bob] = [await started('ada@example.com'), await started('bob@example.com')];
		const options = { feedback: 'too_complex', comment: 'Where are the boards?' };
		const rows = await stripe.run([
			cancel(ada['subscriptionId'], { options }),
			cancel(bob['subscriptionId'], { when: 'now', options }),
		]);
		expect(rows).toMatchObject([
			{
				changed: true,
				stage: 'trialing',
				atTrialEnd: 'ends_as_requested',
				cancelsAt: ada['trialEndsAt'],
			},
			{ changed: true, stage: 'lapsed', status: 'canceled' },
		]);
		for (const trial of [ada, bob]) {
			expect((await present(trial))['cancellation_details']).toMatchObject(options);
		}
		expect(await timelineOf(ada)).toEqual(['trial_started', 'cancellation_scheduled']);
		expect(await timelineOf(bob)).toEqual(['trial_started', 'subscription_ended']);
	});

	it.each(['at_end', 'now'])('changes nothing when repeated: %s', async (when) => {
		const trial = await started();
		await stripe.runOne(cancel(trial['subscriptionId'], { when }));
		stripe.forgetCalls();
		expect(await stripe.runOne(cancel(trial['subscriptionId'], { when }))).toMatchObject({
			changed: false,
		});
		expect(stripe.routes().filter((route) => !route?.startsWith('GET'))).toEqual([]);
	});

	it('adds the words of the customer to a cancellation that is scheduled', async () => {
		const trial = await started();
		await stripe.runOne(cancel(trial['subscriptionId']));
		const row = await stripe.runOne(
			cancel(trial['subscriptionId'], { options: { comment: 'Too little time' } }),
		);
		expect(row).toMatchObject({ changed: true, cancelsAt: trial['trialEndsAt'] });
		expect((await present(trial))['cancellation_details']).toMatchObject({
			comment: 'Too little time',
		});
	});

	it('cancels again after it was undone', async () => {
		const trial = await started();
		const path = `subscriptions/${String(trial['subscriptionId'])}`;
		for (let round = 0; round < 3; round++) {
			expect(await stripe.runOne(cancel(trial['subscriptionId']))).toMatchObject({ changed: true });
			await stripe.stripe('POST', path, { cancel_at_period_end: 'false' });
		}
		expect(await stripe.runOne(cancel(trial['subscriptionId']))).toMatchObject({ changed: true });
	});

	it('ends one now in parallel runs and when the answer is lost', async () => {
		const trial = await started();
		const route = 'DELETE /v1/subscriptions/:id';
		stripe.standIn.faults.add({ route, kind: 'cut', moment: 'after' });
		const rows = await Promise.all(
			[1, 2, 3].map(
				async () => await stripe.runOne(cancel(trial['subscriptionId'], { when: 'now' })),
			),
		);
		expect(rows.map(({ status }) => status)).toEqual(['canceled', 'canceled', 'canceled']);
	});

	it('refuses to take the subscription from somebody who has converted meanwhile', async () => {
		const paying = await startedWithCard();
		await stripe.runOne(convert(paying['subscriptionId']));
		const bob = await started('bob@example.com');
		const rows = await stripe.run(
			[cancel(paying['subscriptionId'], { when: 'now' }), cancel(bob['subscriptionId'])],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'no_trial', hint: hinting('Subscription > Cancel') } },
			{ changed: true },
		]);
		expect((await present(paying))['status']).toBe('active');
	});
});

describe('what every writing operation has', () => {
	it('refuses a live key in a step for test mode, before anything is asked', async () => {
		const key = 'sk_live_real00000000000000';
		const rows = await stripe.run(
			[
				startTrial('ada@example.com', { testModeOnly: true }),
				extend('sub_1', { testModeOnly: true }),
				convert('sub_1', { testModeOnly: 'true' }),
				cancel('sub_1', { testModeOnly: true }),
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
			extend(trial['subscriptionId'], { simplify: false }),
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
