import type { ItemParams } from '../../support/execute-node.ts';
import { hinting, useStripe, type Json } from './harness.ts';
import { onTrial, peopleOf } from './people.ts';

const stripe = useStripe();
const { started, startedWithCard, timelineOf } = peopleOf(stripe);

const cancel = (of: unknown, more: ItemParams = {}) =>
	onTrial('cancel', of, { when: 'at_end', options: {}, ...more });

const convert = (of: unknown, more: ItemParams = {}) => onTrial('convert', of, more);

const present = async (trial: Json) =>
	await stripe.stripe('GET', `subscriptions/${String(trial['subscriptionId'])}`);

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
		expect(await timelineOf(bob)).toEqual(['trial_started', 'trial_lapsed']);
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

	it('is not said to have canceled what the customer had', async () => {
		const [ada, bob] = [await started('ada@example.com'), await started('bob@example.com')];
		const path = (trial: Json) => `subscriptions/${String(trial['subscriptionId'])}`;
		await stripe.stripe('POST', path(ada), { cancel_at_period_end: 'true' });
		await stripe.stripe('DELETE', path(bob));
		const rows = await stripe.run([
			cancel(ada['subscriptionId'], { options: { comment: 'Too little time' } }),
			cancel(bob['subscriptionId'], { when: 'now' }),
		]);
		expect(rows).toMatchObject([{ changed: true }, { changed: false }]);
		const { timeline } = await stripe.store();
		const newest = async ({ accountId }: Json) =>
			(await timeline.list({ accountId: String(accountId), limit: 1 })).entries[0];
		const told = [await newest(ada), await newest(bob)];
		expect(told).toMatchObject([
			{ kind: 'cancellation_scheduled', executionId: null },
			{ kind: 'trial_lapsed', executionId: null },
		]);
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
