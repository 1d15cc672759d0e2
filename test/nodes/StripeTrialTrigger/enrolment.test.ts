import {
	enrol,
	presentOthers,
	stayPresent,
	takeLeave,
	type Enrolment,
} from '../../../nodes/StripeTrialTrigger/enrolment.ts';
import { pull } from '../../../nodes/StripeTrialTrigger/pull.ts';
import { run } from '../../../nodes/StripeTrialTrigger/run.ts';
import { createStripeStandIn, type StripeStandIn } from '../../../sandbox/stripe/index.ts';
import { stripeOver } from '../../../services/stripe/client.ts';
import { waitFor } from '../../support/wait-for.ts';
import { createWorld, PRICE, type TestConsumer, type World } from './harness.ts';

const OURS: Enrolment = { stripeAccount: 'acct_ours', webhookUrl: null };
const THEIRS: Enrolment = { stripeAccount: 'acct_theirs', webhookUrl: null };
const STARTS = { events: ['trial_started'] };
const REFUSED = 'events of another Stripe account';
const QUARTER_S = 15 * 60;

let world: World;
let theirStripe: StripeStandIn;
beforeEach(async () => {
	world = await createWorld();
	theirStripe = createStripeStandIn({ seed: 12, now: () => world.now().getTime() });
});
afterEach(async () => {
	await theirStripe.close();
	await world.close();
});

/** A trigger of another Stripe account in the same workspace. */
async function stranger(id: string) {
	const secretKey = 'sk_test_theirs';
	const stripe = await stripeOver(
		async (address, init) => {
			const headers = new Headers(init?.headers);
			headers.set('authorization', `Bearer ${secretKey}`);
			return await fetch(address, { ...init, headers });
		},
		{ secretKey, baseUrl: await theirStripe.listen() },
	);
	return { stripe, consumer: { ...world.consumer(id, STARTS).consumer, stripe } };
}

const eventsOf = async ({ consumer }: TestConsumer) =>
	await consumer.store.inbox.counts(consumer.id);

describe('a second Stripe account in one workspace', () => {
	it('is refused while a trigger of the first one is at work, however seldom that polls', async () => {
		const ours = world.consumer('ours', { ...STARTS, options: { pullMinutes: 24 * 60 } });
		const { consumer } = ours;
		await enrol(consumer, OURS);
		const theirs = await stranger('theirs');
		let polls = 0;
		world.standIn.observe(({ route }) => {
			if (route === 'GET /v1/events') polls += 1;
		});
		const running = run(
			{ ...consumer, settings: { ...consumer.settings, pullEveryMs: 86_400_000 } },
			{
				emit: async () => ({ kind: 'done' }),
				address: null,
				onDeadCredential: () => {},
				maintainEveryMs: 10,
			},
		);
		try {
			for (let move = 0; move < 6; move++) {
				await world.move({ seconds: 10 * 60 });
				await waitFor('a sign of life', async () => {
					const text = await consumer.store.bookmarks.get('stripe-trigger/ours');
					const { seenAt } = JSON.parse(text ?? '') as { seenAt: string };
					return Date.parse(seenAt) > world.now().getTime() - 300_000 || undefined;
				});
				await expect(enrol(theirs.consumer, THEIRS)).rejects.toThrow(REFUSED);
			}
		} finally {
			running.stop();
		}
		expect(polls).toBe(0);
	});

	it('is let in a quarter of an hour after the first one was switched off without a word', async () => {
		const ours = world.consumer('ours', STARTS);
		await enrol(ours.consumer, OURS);
		const theirs = await stranger('theirs');
		await world.move({ seconds: QUARTER_S - 60 });
		await expect(enrol(theirs.consumer, THEIRS)).rejects.toThrow(REFUSED);
		await world.move({ seconds: 60 });
		await enrol(theirs.consumer, THEIRS);
		await expect(enrol(ours.consumer, OURS)).rejects.toThrow(REFUSED);
	});

	it('is not what a trigger is taken for whose key may not know its own account', async () => {
		await enrol(world.consumer('ours', STARTS).consumer, OURS);
		const { consumer } = world.consumer('restricted', STARTS);
		await enrol(consumer, { stripeAccount: null, webhookUrl: null });
		expect(await presentOthers(consumer)).toEqual([OURS]);
	});

	it.each([
		['switched off without a word', async () => {}],
		['unpublished', async ({ consumer }: TestConsumer) => await takeLeave(consumer)],
	])(
		'takes nothing from the first one, which was %s and comes back: what waits, and what came meanwhile, arrives once',
		async (_, leave) => {
			const ours = world.consumer('ours', STARTS);
			await enrol(ours.consumer, OURS);
			await world.start('waiting@example.com');
			await pull(ours.consumer);
			const waiting = await eventsOf(ours);
			expect(waiting.pending).toBeGreaterThan(0);
			await leave(ours);

			await world.move({ seconds: QUARTER_S });
			const theirs = await stranger('theirs');
			await enrol(theirs.consumer, THEIRS);
			await world.start('meanwhile@example.com');
			const { id: customer } = await theirs.stripe.customers.create({ email: 'x@example.com' });
			await theirs.stripe.subscriptions.create({
				customer,
				items: [{ price: PRICE }],
				trial_period_days: 14,
			});
			await world.move({ seconds: 3_600 });
			expect(await pull(theirs.consumer)).toBeGreaterThan(0);
			expect(await eventsOf(ours)).toEqual(waiting);

			await world.move({ seconds: QUARTER_S });
			await enrol(ours.consumer, OURS);
			await ours.catchUp();
			await ours.catchUp();
			expect(ours.told()).toEqual([
				'trial_started waiting@example.com',
				'trial_started meanwhile@example.com',
			]);
			expect(ours.logs).toEqual([]);
		},
	);

	it('leaves the fellows of who comes back what comes in from then on', async () => {
		const [first, second] = [world.consumer('first', STARTS), world.consumer('second', STARTS)];
		for (const { consumer } of [first, second]) await enrol(consumer, OURS);
		await world.move({ seconds: QUARTER_S });
		await enrol((await stranger('theirs')).consumer, THEIRS);
		await world.move({ seconds: QUARTER_S });
		await enrol(first.consumer, OURS);
		await world.start('ada@example.com');
		await first.catchUp();
		await enrol(second.consumer, OURS);
		await second.catchUp();
		for (const trigger of [first, second]) {
			expect(trigger.told()).toEqual(['trial_started ada@example.com']);
		}
	});

	it('is noticed by a trigger whose host slept, which reads nothing until the workspace is its own again', async () => {
		const ours = world.consumer('ours', STARTS);
		await enrol(ours.consumer, OURS);
		await world.move({ seconds: QUARTER_S });
		const theirs = await stranger('theirs');
		await enrol(theirs.consumer, THEIRS);
		await world.start('ada@example.com');
		await expect(stayPresent(ours.consumer)).rejects.toThrow(REFUSED);
		await expect(pull(ours.consumer)).rejects.toThrow(REFUSED);
		expect(await eventsOf(ours)).toMatchObject({ pending: 0 });

		await takeLeave(theirs.consumer);
		await stayPresent(ours.consumer);
		await ours.catchUp();
		expect(ours.told()).toEqual(['trial_started ada@example.com']);
	});
});

it('a trigger that only polls goes on after two days without a word, each event once', async () => {
	const trigger = world.consumer('workflow', STARTS);
	await enrol(trigger.consumer, OURS);
	await world.start('before@example.com');
	await pull(trigger.consumer);
	await world.move({ days: 1 });
	await world.start('meanwhile@example.com');
	await world.move({ days: 1 });
	await enrol(trigger.consumer, OURS);
	await trigger.catchUp();
	await trigger.catchUp();
	expect(trigger.told()).toEqual([
		'trial_started before@example.com',
		'trial_started meanwhile@example.com',
	]);
});
