import type { LifecycleStore, StorePartition } from '../../../services/store/index.ts';
import { onBothDatabases } from './databases.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const YEARS_LATER = new Date('2028-04-01T12:00:00Z');

onBothDatabases((database) => {
	let store: LifecycleStore;
	let inbox: StorePartition['inbox'];
	let workspaces = 0;
	beforeAll(async () => {
		store = await database.freshStore();
	});
	beforeEach(() => {
		({ inbox } = store.partition({ workspace: `told ${workspaces++}`, mode: 'test' }));
	});

	const claim = async (consumer: string, ...facts: ReadonlyArray<readonly [string, string]>) => [
		...(await inbox.claimFacts(
			consumer,
			facts.map(([key, eventId]) => ({ key, eventId })),
			NOW,
		)),
	];

	it('belong to the event that told them first, however often it does', async () => {
		expect(await claim('trigger', ['lapsed', 'evt_1'], ['started', 'evt_1'])).toEqual([
			'lapsed',
			'started',
		]);
		expect(await claim('trigger', ['lapsed', 'evt_2'], ['ended', 'evt_2'])).toEqual(['ended']);
		expect(await claim('trigger', ['lapsed', 'evt_1'])).toEqual(['lapsed']);
	});

	it('are each told to every consumer', async () => {
		expect(await claim('one', ['lapsed', 'evt_1'])).toEqual(['lapsed']);
		expect(await claim('other', ['lapsed', 'evt_2'])).toEqual(['lapsed']);
	});

	it('belong to one of two events that tell them at the same moment', async () => {
		const claims = await Promise.all(
			Array.from({ length: 20 }, async (_, index) => await claim('t', ['lapsed', `evt_${index}`])),
		);
		expect(claims.filter(({ length }) => length > 0)).toHaveLength(1);
	});

	it('are claimed by the thousand', async () => {
		const facts = Array.from({ length: 1_201 }, (_, index) => [`fact_${index}`, 'evt_1'] as const);
		expect(await claim('trigger', ...facts)).toHaveLength(1_201);
		expect(await claim('trigger')).toEqual([]);
	});

	it('are forgotten with their consumer, and long after their event', async () => {
		await claim('gone', ['lapsed', 'evt_1']);
		await inbox.unsubscribe('gone');
		expect(await claim('gone', ['lapsed', 'evt_2'])).toEqual(['lapsed']);

		await inbox.purge(new Date('2026-06-01T12:00:00Z'));
		expect(await claim('gone', ['lapsed', 'evt_3'])).toEqual([]);
		await inbox.purge(YEARS_LATER);
		expect(await claim('gone', ['lapsed', 'evt_3'])).toEqual(['lapsed']);
	});

	it('come from deliveries whose lease can be renewed while they run, by their holder alone', async () => {
		await inbox.subscribe('trigger', { types: ['invoice.paid'], from: NOW });
		expect(await inbox.consumers()).toEqual([{ consumer: 'trigger', types: ['invoice.paid'] }]);
		await inbox.receive(
			[
				{
					id: 'evt_1',
					type: 'invoice.paid',
					accountKey: 'cus_1',
					createdAt: NOW,
					via: 'webhook',
					payload: {},
				},
			],
			NOW,
		);
		const after = (ms: number) => new Date(NOW.getTime() + ms);
		const options = { limit: 10, leaseMs: 1_000 };
		const first = await inbox.claim('trigger', options, NOW);
		expect(await inbox.renew(first, 5_000, after(900))).toBe(1);
		expect(await inbox.claim('trigger', options, after(4_000))).toEqual([]);

		const second = await inbox.claim('trigger', options, after(6_000));
		expect(second).toMatchObject([{ eventId: 'evt_1', attempt: 2 }]);
		expect(await inbox.renew(first, 5_000, after(6_100))).toBe(0);
	});
});
