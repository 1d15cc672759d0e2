import { enrol, takeLeave } from '../../../nodes/StripeTrialTrigger/enrolment.ts';
import { pull } from '../../../nodes/StripeTrialTrigger/pull.ts';
import type { Exchange } from '../../../sandbox/kernel/http.ts';
import { ACCOUNT, createWorld, published, type World } from './harness.ts';

let world: World;
let lists: Exchange[];
beforeEach(async () => {
	world = await createWorld();
	lists = [];
	world.standIn.observe((exchange) => {
		if (exchange.route === 'GET /v1/events') lists.push(exchange);
	});
});
afterEach(async () => await world.close());

const STARTS = { events: ['trial_started'] };

it('brings what happened since the trigger was published, and nothing from before', async () => {
	await world.start('before@example.com');
	await world.move({ seconds: 1 });
	const trigger = await published(world, 'workflow', STARTS);
	await world.start('after@example.com');
	await trigger.catchUp();
	expect(trigger.told()).toEqual(['trial_started after@example.com']);
});

it('brings two days of silence, oldest first, each event once', async () => {
	const trigger = await published(world, 'workflow', STARTS);
	for (let hour = 0; hour < 48; hour++) {
		await world.move({ seconds: 3_600 });
		await world.start(`${String(hour).padStart(2, '0')}@example.com`);
	}
	await trigger.catchUp();
	await trigger.catchUp();
	expect(trigger.told()).toEqual(
		Array.from(
			{ length: 48 },
			(_, hour) => `trial_started ${String(hour).padStart(2, '0')}@example.com`,
		),
	);
});

it('goes on where it was cut off', async () => {
	const trigger = await published(world, 'workflow', STARTS);
	for (let part = 0; part < 4; part++) {
		await world.start(`${part}@example.com`);
		await world.move({ seconds: 8 * 3_600 });
	}
	let isCut = false;
	world.standIn.observe(() => {
		if (isCut || lists.length < 2) return;
		isCut = true;
		world.standIn.faults.add({ route: 'GET /v1/events', kind: 'status', status: 400 });
	});
	await expect(trigger.catchUp()).rejects.toThrow();
	lists.length = 0;
	await trigger.catchUp();
	expect(trigger.told()).toHaveLength(4);
	expect(lists.length).toBeLessThan(5);
});

it('lists a busy hour in pages', async () => {
	const trigger = await published(world, 'workflow', { events: ['trial_started'] });
	for (let one = 0; one < 130; one++) await world.start(`${one}@example.com`);
	await trigger.catchUp();
	expect(trigger.told()).toHaveLength(130);
	expect(lists).toHaveLength(2);
});

it('asks for more types than Stripe lists at once', async () => {
	const names = Array.from({ length: 30 }, (_, index) => `made.up.${index}`);
	const trigger = await published(world, 'workflow', {
		...STARTS,
		options: { stripeEvents: names.join(',') },
	});
	await world.start('ada@example.com');
	await trigger.catchUp();
	expect(trigger.told()).toContain('trial_started ada@example.com');
	expect(lists).toHaveLength(2);
});

it('is done by one trigger for all, and not before it is due', async () => {
	const all = await Promise.all(
		['a', 'b', 'c', 'd'].map(async (name) => await published(world, name, STARTS)),
	);
	await world.start('ada@example.com');
	await world.move({ seconds: 61 });
	const found = await Promise.all(
		all.map(
			async ({ consumer }) =>
				await pull({ ...consumer, settings: { ...consumer.settings, pullEveryMs: 60_000 } }),
		),
	);
	expect(found.filter((count) => count === 1)).toHaveLength(1);
	expect(lists).toHaveLength(1);
	for (const trigger of all) {
		await trigger.drain();
		expect(trigger.told()).toEqual(['trial_started ada@example.com']);
	}
});

it('says what Stripe has forgotten', async () => {
	const trigger = await published(world, 'workflow', STARTS);
	await world.move({ days: 31 });
	await trigger.catchUp();
	expect(trigger.logs).toEqual([expect.stringContaining('more than 30 days ago')]);
});

it('goes on after a short break, and starts afresh after a long one', async () => {
	const trigger = await published(world, 'workflow', STARTS);
	await takeLeave(trigger.consumer);
	await world.start('short@example.com');
	await world.move({ seconds: 3_600 });
	await enrol(trigger.consumer, ACCOUNT);
	await trigger.catchUp();
	expect(trigger.told()).toEqual(['trial_started short@example.com']);

	await takeLeave(trigger.consumer);
	await world.start('long@example.com');
	await world.move({ days: 2 });
	await enrol(trigger.consumer, ACCOUNT);
	await world.start('again@example.com');
	await trigger.catchUp();
	expect(trigger.told().slice(1)).toEqual(['trial_started again@example.com']);
});
