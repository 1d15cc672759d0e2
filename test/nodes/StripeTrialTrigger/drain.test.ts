import { enrol } from '../../../nodes/StripeTrialTrigger/enrolment.ts';
import { pull } from '../../../nodes/StripeTrialTrigger/pull.ts';
import type { Exchange } from '../../../sandbox/kernel/http.ts';
import type { Outcome } from '../../../services/n8n/inbox/drain.ts';
import {
	ACCOUNT,
	createWorld,
	LEASE_S,
	published,
	type TestConsumer,
	type World,
} from './harness.ts';

const STARTS = { events: ['trial_started'] };
const DONE: Outcome = { kind: 'done' };
const FAILED: Outcome = { kind: 'failed', error: 'The execution failed at "Send mail"' };
const TEAM_MONTHLY = 'price_boards_team_monthly';
const chosen = (value: string) => ({ __rl: true, mode: 'list', value });
const done = async () => DONE;
const failed = async () => FAILED;

let world: World;
beforeEach(async () => {
	world = await createWorld();
});
afterEach(async () => await world.close());

async function startMany(count: number) {
	for (let one = 0; one < count; one++) await world.start(`${one}@example.com`);
}

describe('a batch', () => {
	it('is one execution with one output for each chosen event, in the chosen order', async () => {
		const trigger = await published(world, 'workflow', {
			events: ['trial_lapsed', 'trial_started'],
			options: { stripeEvents: 'customer.created' },
		});
		await startMany(3);
		await trigger.catchUp();
		expect(trigger.executions.map((outputs) => outputs.map(({ length }) => length))).toEqual([
			[0, 3, 3],
		]);
		expect(trigger.executions[0]?.[2]?.[0]?.json).toMatchObject({
			event: 'customer.created',
			account: { email: '0@example.com', accountId: '0', mode: 'test', workspace: 'default' },
			subscription: { status: 'trialing' },
			stripe: { object: { object: 'customer' } },
		});
	});

	it('reads each customer once, whatever the number of their events', async () => {
		const trigger = await published(world, 'workflow');
		const { customer } = await world.start('ada@example.com');
		await world.giveCard(customer, 'good');
		await world.start('bob@example.com');
		await pull(trigger.consumer);
		const asked: Exchange[] = [];
		world.standIn.observe((exchange) => void asked.push(exchange));
		await trigger.drain();
		expect(asked.map(({ route }) => route)).toEqual([
			'GET /v1/subscriptions',
			'GET /v1/subscriptions',
		]);
	});

	it('is as long as the operator wants', async () => {
		const trigger = await published(world, 'workflow', { ...STARTS, options: { batchSize: 2 } });
		await startMany(5);
		await trigger.catchUp();
		const lengths = trigger.executions.map(([starts]) => starts?.length).filter(Boolean);
		expect(lengths.reduce<number>((sum, length) => sum + (length ?? 0), 0)).toBe(5);
		expect(Math.max(...lengths.map(Number))).toBeLessThanOrEqual(2);
	});

	it('that means nothing to the flow starts no execution', async () => {
		const trigger = await published(world, 'workflow', { events: ['trial_converted'] });
		await startMany(3);
		await trigger.catchUp();
		expect(trigger.executions).toEqual([]);
		expect(await trigger.consumer.store.inbox.counts('workflow')).toMatchObject({ pending: 0 });
	});
});

describe('many triggers', () => {
	const TWELVE = Array.from({ length: 12 }, (_, index) => `flow ${index + 1}`);
	const published12 = async () =>
		await Promise.all(TWELVE.map(async (name) => await published(world, name)));

	function countReads(): () => Record<string, number> {
		const reads: Record<string, number> = {};
		world.standIn.observe(({ route }) => {
			if (route?.startsWith('GET')) reads[route] = (reads[route] ?? 0) + 1;
		});
		return () => reads;
	}

	it('read each account together, side by side or one after the other', async () => {
		const triggers = await published12();
		await startMany(5);
		const reads = countReads();
		await pull((triggers[0] as TestConsumer).consumer);
		await Promise.all(triggers.slice(0, 6).map(async (trigger) => await trigger.drain()));
		for (const trigger of triggers.slice(6)) await trigger.drain();
		expect(reads()).toEqual({ 'GET /v1/events': 1, 'GET /v1/subscriptions': 5 });
		for (const trigger of triggers) expect(trigger.told()).toHaveLength(5);
	});

	it('read it once more for each later event', async () => {
		const triggers = await published12();
		const { subscription } = await world.start('ada@example.com');
		const drainAll = async () => {
			await pull((triggers[0] as TestConsumer).consumer);
			await Promise.all(triggers.map(async (trigger) => await trigger.drain()));
		};
		const reads = countReads();
		await drainAll();
		await world.stripe.subscriptions.update(subscription, { cancel_at_period_end: true });
		await drainAll();
		expect(reads()['GET /v1/subscriptions']).toBe(2);
		for (const trigger of triggers) {
			expect(trigger.told()).toEqual([
				'trial_started ada@example.com',
				'cancellation_scheduled ada@example.com',
			]);
		}
	});
});

describe('what was told', () => {
	it('is told once, though several events tell it', async () => {
		const trigger = await published(world, 'workflow', { events: ['trial_lapsed'] });
		await world.start('ada@example.com');
		await world.move({ days: 15 });
		await pull(trigger.consumer);
		const { inbox } = trigger.consumer.store;
		expect((await inbox.counts('workflow')).pending).toBeGreaterThan(1);
		const slow = world.consumer('workflow', {
			events: ['trial_lapsed'],
			options: { batchSize: 1 },
		});
		await slow.catchUp();
		expect(slow.told()).toEqual(['trial_lapsed ada@example.com']);
	});

	it('is told to every trigger', async () => {
		const triggers = await Promise.all(
			['a', 'b', 'c'].map(async (name) => await published(world, name, STARTS)),
		);
		await startMany(2);
		for (const trigger of triggers) {
			await trigger.catchUp();
			expect(trigger.told()).toHaveLength(2);
		}
	});

	it('is marked when it has been overtaken, or left out by option', async () => {
		const [marking, dropping] = [
			await published(world, 'marking', STARTS),
			await published(world, 'dropping', { ...STARTS, options: { dropStale: true } }),
		];
		const { subscription } = await world.start('ada@example.com');
		await world.stripe.subscriptions.cancel(subscription);
		await marking.catchUp();
		await dropping.catchUp();
		expect(marking.told()).toEqual(['trial_started ada@example.com stale']);
		expect(dropping.told()).toEqual([]);
	});

	it('is of the watched subscriptions only', async () => {
		const [byPrice, byProduct, byMetadata] = [
			await published(world, 'price', {
				...STARTS,
				filters: {
					prices: {
						price: [{ priceId: chosen('price_other') }, { priceId: chosen(TEAM_MONTHLY) }],
					},
				},
			}),
			await published(world, 'product', {
				...STARTS,
				filters: { products: { product: [{ productId: chosen('prod_acme_boards_team') }] } },
			}),
			await published(world, 'metadata', {
				...STARTS,
				filters: { metadata: { entry: [{ key: 'source', value: 'fair' }] } },
			}),
		];
		await world.start('pro@example.com', { metadata: { source: 'fair' } });
		await world.start('team@example.com', { items: [{ price: TEAM_MONTHLY }] });
		for (const trigger of [byPrice, byProduct, byMetadata]) await trigger.catchUp();
		expect(byPrice.told()).toEqual(['trial_started team@example.com']);
		expect(byProduct.told()).toEqual(['trial_started team@example.com']);
		expect(byMetadata.told()).toEqual(['trial_started pro@example.com']);
	});

	it('is of the watched subscription though the customer has a younger one of another product', async () => {
		const trigger = await published(world, 'workflow', {
			events: ['cancellation_scheduled'],
			filters: { products: { product: [{ productId: chosen('prod_acme_boards') }] } },
		});
		const { customer, subscription } = await world.start('ada@example.com');
		await world.move({ seconds: 10 });
		await world.stripe.subscriptions.create({
			customer,
			items: [{ price: TEAM_MONTHLY }],
			trial_period_days: 7,
		});
		await world.stripe.subscriptions.update(subscription, { cancel_at_period_end: true });
		await trigger.catchUp();
		expect(trigger.told()).toEqual(['cancellation_scheduled ada@example.com']);
	});
});

describe('an execution that fails', () => {
	it('is repeated account by account, and in the end only the culprit is put aside', async () => {
		const trigger = await published(world, 'workflow', {
			...STARTS,
			options: { maxAttempts: 3 },
		});
		await startMany(4);
		await pull(trigger.consumer);
		await trigger.drain(failed);
		expect(trigger.executions).toHaveLength(1);
		expect(await trigger.drain()).toBe(0);

		for (let attempt = 2; attempt <= 3; attempt++) {
			await world.move({ days: 1 });
			await trigger.drain(async (outputs) =>
				JSON.stringify(outputs).includes('2@example.com') ? FAILED : DONE,
			);
		}
		const { inbox } = trigger.consumer.store;
		expect(await inbox.counts('workflow')).toMatchObject({ parked: 1, retry: 0, pending: 0 });
		expect(trigger.reports).toEqual([
			'1 Stripe events were put aside after 3 attempts: The execution failed at "Send mail"',
		]);

		const [parked] = await inbox.parked({ consumer: 'workflow', limit: 10 });
		await inbox.replay('workflow', [parked?.eventId ?? ''], world.now());
		trigger.executions.length = 0;
		await trigger.drain();
		expect(trigger.told()).toEqual(['trial_started 2@example.com']);
	});

	it('keeps the later events of its accounts waiting, and nobody else', async () => {
		const trigger = await published(world, 'workflow', {
			events: ['trial_started', 'cancellation_scheduled'],
		});
		const ada = await world.start('ada@example.com');
		await trigger.catchUp(failed);
		await world.move({ seconds: 1 });
		await world.stripe.subscriptions.update(ada.subscription, { cancel_at_period_end: true });
		await world.start('bob@example.com');
		trigger.executions.length = 0;
		await trigger.catchUp();
		expect(trigger.told()).toEqual(['trial_started bob@example.com']);
		await world.move({ seconds: 60 });
		await trigger.catchUp();
		expect(trigger.told().slice(1)).toEqual([
			'trial_started ada@example.com',
			'cancellation_scheduled ada@example.com',
		]);
	});
});

describe('a process that dies', () => {
	it('in the middle of an execution loses nothing, and nothing is told twice at once', async () => {
		const trigger = await published(world, 'workflow', STARTS);
		await startMany(3);
		await pull(trigger.consumer);
		await expect(
			trigger.drain(async () => {
				throw new Error('power cut');
			}),
		).rejects.toThrow('power cut');

		const next = world.consumer('workflow', STARTS);
		await enrol(next.consumer, ACCOUNT);
		expect(await next.drain()).toBe(0);
		await world.move({ seconds: LEASE_S });
		await next.catchUp();
		expect(next.executions).toHaveLength(3);
		expect(next.told().sort()).toEqual([
			'trial_started 0@example.com',
			'trial_started 1@example.com',
			'trial_started 2@example.com',
		]);
		await world.move({ seconds: LEASE_S });
		expect(await next.drain()).toBe(0);
	});

	it('and leaves its execution to another one, which then is not repeated', async () => {
		const trigger = await published(world, 'workflow', STARTS);
		await startMany(1);
		await trigger.catchUp(async () => ({ kind: 'taken' }));
		const { inbox } = trigger.consumer.store;
		expect(await inbox.counts('workflow')).toMatchObject({ running: 1 });
		await world.move({ seconds: LEASE_S });
		await trigger.catchUp(done);
		expect(await inbox.counts('workflow')).toMatchObject({ running: 0, done: expect.any(Number) });
	});
});

describe('Stripe in trouble', () => {
	it('is waited for as long as it takes', async () => {
		const trigger = await published(world, 'workflow', { ...STARTS, options: { maxAttempts: 2 } });
		await startMany(1);
		await pull(trigger.consumer);
		for (let attempt = 0; attempt < 12; attempt++) {
			world.standIn.faults.add({ route: 'GET /v1/subscriptions', kind: 'status', status: 403 });
			await trigger.drain();
			expect(world.standIn.faults.pending()).toEqual([]);
			// However long the trouble lasts, it is soon noticed when it is over.
			await world.move({ seconds: 15 * 60 });
		}
		expect(await trigger.consumer.store.inbox.counts('workflow')).toMatchObject({ parked: 0 });
		expect(trigger.logs[0]).toContain('read again later');
		await trigger.drain();
		expect(trigger.told()).toEqual(['trial_started 0@example.com']);
	});

	it('counts towards nothing: what fails afterwards fails for the first time', async () => {
		const trigger = await published(world, 'workflow', { ...STARTS, options: { maxAttempts: 2 } });
		await startMany(2);
		await pull(trigger.consumer);
		for (let wait = 0; wait < 5; wait++) {
			for (let account = 0; account < 2; account++) {
				world.standIn.faults.add({ route: 'GET /v1/subscriptions', kind: 'status', status: 403 });
			}
			await trigger.drain();
			await world.move({ seconds: 15 * 60 });
		}
		await trigger.drain(failed);
		expect(trigger.executions).toHaveLength(1);
		expect(trigger.reports).toEqual([]);
		const { inbox } = trigger.consumer.store;
		const dueAt = await inbox.nextDueAt('workflow');
		expect(dueAt?.getTime()).toBe(world.now().getTime() + 30_000);
		await world.move({ seconds: 31 });
		await trigger.drain(failed);
		expect(trigger.reports[0]).toContain('put aside after 2 attempts');
		expect(await inbox.counts('workflow')).toMatchObject({ retry: 0, pending: 0 });
	});

	it('over one customer keeps nobody else waiting', async () => {
		const trigger = await published(world, 'workflow', { ...STARTS, options: { maxAttempts: 1 } });
		await startMany(3);
		await pull(trigger.consumer);
		world.standIn.faults.add({ route: 'GET /v1/subscriptions', kind: 'status', status: 400 });
		await trigger.drain();
		expect(trigger.told()).toHaveLength(2);
		expect(trigger.reports).toEqual([
			expect.stringMatching(/^\d Stripe events were put aside after 1 attempts: Stripe: Injected/),
		]);
	});
});
