import type { ItemParams } from '../../support/execute-node.ts';
import { hinting, startTrial, useStripe, type Json } from './harness.ts';
import { peopleOf } from './people.ts';

const stripe = useStripe();
const { started } = peopleOf(stripe);

const getMissed = (more: ItemParams = {}): ItemParams => ({
	resource: 'event',
	operation: 'getMissed',
	source: 'all',
	sinceDays: 3,
	types: '',
	returnAll: true,
	...more,
});

const typesOf = (rows: readonly Json[]) => rows.map(({ type }) => type);

describe('Event > Get Missed, from Stripe', () => {
	it('lists all of a time, oldest first, by types', async () => {
		const ada = await started();
		const [all, some] = [
			await stripe.run([getMissed()]),
			await stripe.run([getMissed({ types: 'invoice.paid, customer.subscription.created' })]),
		];
		expect(typesOf(all)).toEqual(
			expect.arrayContaining(['customer.created', 'customer.subscription.created']),
		);
		const instants = all.map(({ createdAt }) => String(createdAt));
		expect(instants).toEqual([...instants].sort());
		expect(typesOf(some).sort()).toEqual(['customer.subscription.created', 'invoice.paid']);
		expect(some.find(({ type }) => type === 'customer.subscription.created')).toMatchObject({
			eventId: expect.stringMatching(/^evt_/) as string,
			objectType: 'subscription',
			objectId: ada['subscriptionId'],
			customerId: ada['customerId'],
			apiVersion: hinting('endive'),
			mode: 'test',
		});
	});

	it('gives the oldest ones where there is a limit', async () => {
		await started();
		const all = await stripe.run([getMissed()]);
		const some = await stripe.run([getMissed({ returnAll: false, limit: 2 })]);
		expect(some).toEqual(all.slice(0, 2));
	});

	it('reads page after page', async () => {
		const ada = await started();
		for (let round = 0; round < 110; round++) {
			await stripe.stripe('POST', `customers/${String(ada['customerId'])}`, {
				name: `Ada ${round}`,
			});
		}
		expect(await stripe.run([getMissed({ types: 'customer.updated' })])).toHaveLength(110);
	});

	it('tells what could not be delivered from what could', async () => {
		await started('ada@example.com');
		expect(await stripe.run([getMissed({ source: 'undelivered' })])).toEqual([]);
		await stripe.stripe('POST', 'webhook_endpoints', {
			// Nobody listens there.
			url: 'http://127.0.0.1:9/webhook',
			'enabled_events[0]': 'customer.subscription.created',
		});
		await started('bob@example.com');
		const rows = await stripe.run([getMissed({ source: 'undelivered' })]);
		expect(rows).toMatchObject([{ type: 'customer.subscription.created', pendingWebhooks: 1 }]);
	});

	it('refuses too many types and goes on', async () => {
		await started();
		const many = Array.from({ length: 21 }, (_, index) => `type.${index}`).join();
		const rows = await stripe.run(
			[getMissed({ types: many }), getMissed({ types: 'customer.created' })],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { message: hinting('20 types') } },
			{ type: 'customer.created' },
		]);
	});
});

describe('Event > Get Missed, from the inbox', () => {
	const parked = (more: ItemParams = {}) => getMissed({ source: 'parked', ...more });

	/** Two triggers, on which the same event failed for the last time. */
	async function parkOne(): Promise<Json> {
		const ada = await stripe.runOne(startTrial('ada@example.com'));
		const [event] = (await stripe.stripe('GET', 'events?type=customer.subscription.created')).data;
		const { inbox } = await stripe.store();
		const now = new Date();
		for (const consumer of ['welcome', 'billing']) {
			await inbox.subscribe(consumer, { types: [String(event?.['type'])], from: new Date(0) });
		}
		const incoming = {
			id: String(event?.['id']),
			type: String(event?.['type']),
			accountKey: String(ada['customerId']),
			createdAt: now,
			via: 'pull' as const,
			payload: event,
		};
		await inbox.receive([incoming], now);
		for (const consumer of ['welcome', 'billing']) {
			const claimed = await inbox.claim(consumer, { limit: 10, leaseMs: 1000 }, now);
			const failure = { error: 'No such user', parkAfter: 1, backoffMs: 1, maxBackoffMs: 1 };
			await inbox.fail(claimed, failure, now);
		}
		return ada;
	}

	it('lists what flows failed on, with the reason', async () => {
		const ada = await parkOne();
		const rows = await stripe.run([parked(), parked({ consumer: 'welcome' })]);
		expect(rows).toHaveLength(3);
		expect(rows[0]).toMatchObject({
			type: 'customer.subscription.created',
			objectId: ada['subscriptionId'],
			customerId: ada['customerId'],
			attempts: 1,
			error: 'No such user',
			replayed: false,
			mode: 'test',
		});
		expect(rows.map(({ consumer }) => consumer).sort()).toEqual(['billing', 'welcome', 'welcome']);
		expect(
			await stripe.runOne(parked({ limit: 1, returnAll: false, simplify: false })),
		).toMatchObject({ object: 'event', type: 'customer.subscription.created', mode: 'test' });
	});

	it('lists all of them, however many there are', async () => {
		const { inbox } = await stripe.store();
		const now = new Date();
		const count = 60;
		await inbox.subscribe('welcome', { types: ['invoice.paid'], from: new Date(0) });
		await inbox.receive(
			Array.from({ length: count }, (_, index) => ({
				id: `evt_${index}`,
				type: 'invoice.paid',
				accountKey: `cus_${index}`,
				createdAt: now,
				via: 'pull' as const,
				payload: {},
			})),
			now,
		);
		const claimed = await inbox.claim('welcome', { limit: count, leaseMs: 1000 }, now);
		const failure = { error: 'No such user', parkAfter: 1, backoffMs: 1, maxBackoffMs: 1 };
		await inbox.fail(claimed, failure, now);
		const limited = parked({ returnAll: false, limit: 50 });
		expect(await stripe.run([parked(), limited])).toHaveLength(count + 50);
	});

	it('hands them to their flow again, once', async () => {
		await parkOne();
		const replay = parked({ consumer: 'welcome', replay: true });
		expect(await stripe.run([replay])).toMatchObject([{ replayed: true }]);
		expect(await stripe.run([replay])).toEqual([]);
		const { inbox } = await stripe.store();
		expect(await inbox.counts('welcome')).toMatchObject({ pending: 1, parked: 0 });
		expect(await inbox.counts('billing')).toMatchObject({ pending: 0, parked: 1 });
	});

	it('asks Stripe for nothing', async () => {
		expect(await stripe.run([parked()])).toEqual([]);
		expect(stripe.routes()).toEqual([]);
	});
});
