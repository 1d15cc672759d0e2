import type {
	Delivery,
	DeliveryFailure,
	IncomingEvent,
	LifecycleStore,
	StorePartition,
} from '../../../services/store/index.ts';
import { onBothDatabases } from './databases.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const after = (ms: number) => new Date(NOW.getTime() + ms);
const LONG_AGO = new Date(0);
const LEASE_MS = 60_000;
const OPTIONS = { limit: 100, leaseMs: LEASE_MS };
const FAILURE = {
	error: 'Intercom is down',
	parkAfter: 3,
	backoffMs: 1_000,
	maxBackoffMs: 1_500,
};
const WAIT = { error: 'Stripe is down', parkAfter: null, backoffMs: 1_000, maxBackoffMs: 2_500 };

function anEvent(id: string, overrides: Partial<IncomingEvent> = {}): IncomingEvent {
	return {
		id,
		type: 'invoice.paid',
		accountKey: 'cus_1',
		createdAt: NOW,
		via: 'webhook',
		payload: { id, object: 'event' },
		...overrides,
	};
}

onBothDatabases((database) => {
	let store: LifecycleStore;
	let partition: StorePartition;
	let workspaces = 0;
	beforeAll(async () => {
		store = await database.freshStore();
	});
	beforeEach(async () => {
		partition = store.partition({ workspace: `workspace ${workspaces++}`, mode: 'test' });
		await partition.inbox.subscribe('trigger', { types: ['invoice.paid'], from: LONG_AGO });
	});

	const receive = async (...events: readonly IncomingEvent[]) =>
		await partition.inbox.receive(events, NOW);
	const claim = async (now = NOW, limit = 100) =>
		await partition.inbox.claim('trigger', { ...OPTIONS, limit }, now);
	const ids = (deliveries: readonly Delivery[]) => deliveries.map(({ eventId }) => eventId);

	describe('receive', () => {
		it('stores each event once, however often and by whatever way it comes', async () => {
			expect(await receive(anEvent('evt_1'), anEvent('evt_2'), anEvent('evt_1'))).toHaveLength(2);
			expect(await receive(anEvent('evt_2', { via: 'pull' }), anEvent('evt_3'))).toEqual(['evt_3']);
			expect(ids(await claim())).toEqual(['evt_1', 'evt_2', 'evt_3']);
		});

		it('stores more than fits into one statement', async () => {
			const events = Array.from({ length: 1_201 }, (_, index) => anEvent(`evt_${index}`));
			expect(await receive(...events)).toHaveLength(1_201);
			expect(await partition.inbox.counts('trigger')).toMatchObject({ pending: 1_201 });
		});

		it('gives what comes in later a higher place, whatever the clocks say', async () => {
			await receive(anEvent('first', { createdAt: after(5_000) }));
			await partition.inbox.receive([anEvent('second', { createdAt: after(1) })], after(-1_000));
			await receive(anEvent('third'));
			const byPlace = [...(await claim())].sort((one, other) => one.seq - other.seq);
			expect(ids(byPlace)).toEqual(['first', 'second', 'third']);
		});

		it('takes nothing for nothing', async () => {
			expect(await receive()).toEqual([]);
		});
	});

	describe('consumers', () => {
		it('get only the types they want, each with a state of its own', async () => {
			await partition.inbox.subscribe('other', {
				types: ['customer.created', 'invoice.paid'],
				from: LONG_AGO,
			});
			await receive(
				anEvent('evt_1'),
				anEvent('evt_2', { type: 'customer.created' }),
				anEvent('evt_3', { type: 'charge.failed' }),
			);

			const deliveries = await claim();
			expect(deliveries).toEqual([
				{
					consumer: 'trigger',
					eventId: 'evt_1',
					attempt: 1,
					failures: 0,
					isTakenOver: false,
					seq: expect.any(Number),
					type: 'invoice.paid',
					accountKey: 'cus_1',
					createdAt: NOW,
					payload: { id: 'evt_1', object: 'event' },
				},
			]);
			await partition.inbox.complete(deliveries, NOW);
			expect(ids(await partition.inbox.claim('other', OPTIONS, NOW))).toEqual(['evt_1', 'evt_2']);
		});

		it('get what came before them since a given time', async () => {
			await receive(anEvent('evt_1'));
			await partition.inbox.receive([anEvent('evt_2')], after(1));
			await partition.inbox.subscribe('late', { types: ['invoice.paid'], from: after(1) });
			expect(ids(await partition.inbox.claim('late', OPTIONS, after(1)))).toEqual(['evt_2']);
		});

		it('lose nothing and repeat nothing when they subscribe again with more types', async () => {
			await receive(anEvent('evt_1'), anEvent('evt_2', { type: 'customer.created' }));
			await partition.inbox.complete(await claim(), NOW);
			await partition.inbox.subscribe('trigger', {
				types: ['invoice.paid', 'customer.created'],
				from: LONG_AGO,
			});
			expect(ids(await claim())).toEqual(['evt_2']);
		});

		it('miss nothing while events come in at the same time', async () => {
			const incoming = Array.from({ length: 40 }, async (_, index) => {
				if (index === 20)
					await partition.inbox.subscribe('new', { types: ['invoice.paid'], from: LONG_AGO });
				await receive(anEvent(`evt_${index}`));
			});
			await Promise.all(incoming);
			expect(await partition.inbox.counts('new')).toMatchObject({ pending: 40 });
		});

		it('of notifications and of events know nothing of each other, whatever their names', async () => {
			await partition.notifications.subscribe('trigger', {
				types: ['invoice.paid'],
				from: LONG_AGO,
			});
			await partition.notifications.receive([anEvent('evt_1')], NOW);
			await receive(anEvent('evt_2'));
			expect(ids(await claim())).toEqual(['evt_2']);
			await partition.inbox.unsubscribe('trigger');
			expect(await partition.notifications.consumers()).toMatchObject([{ consumer: 'trigger' }]);
			expect(ids(await partition.notifications.claim('trigger', OPTIONS, NOW))).toEqual(['evt_1']);
		});

		it('get nothing any more once they are gone', async () => {
			await receive(anEvent('evt_1'));
			await partition.inbox.unsubscribe('trigger');
			await receive(anEvent('evt_2'));
			expect(await claim()).toEqual([]);
		});
	});

	describe('claim', () => {
		it("follows Stripe's clock, and the order of arrival within a second", async () => {
			await receive(
				anEvent('late', { createdAt: after(1_000) }),
				anEvent('first'),
				anEvent('second'),
			);
			expect(ids(await claim())).toEqual(['first', 'second', 'late']);
		});

		it('gives each delivery to one of many that ask at once', async () => {
			await receive(
				...Array.from({ length: 30 }, (_, index) =>
					anEvent(`evt_${index}`, { accountKey: `cus_${index}` }),
				),
			);
			const claims = await Promise.all(Array.from({ length: 8 }, async () => await claim(NOW, 5)));
			const all = claims.flatMap(ids);
			expect(all).toHaveLength(30);
			expect(new Set(all).size).toBe(30);
		});

		it('takes an account whole, before events of others that are older', async () => {
			const b = { accountKey: 'cus_2' };
			await receive(
				anEvent('a1'),
				anEvent('b1', { ...b, createdAt: after(1_000) }),
				anEvent('b2', { ...b, createdAt: after(2_000) }),
				anEvent('a2', { createdAt: after(3_000) }),
			);
			expect(ids(await claim(NOW, 3))).toEqual(['a1', 'a2']);
			expect(ids(await claim(NOW, 3))).toEqual(['b1', 'b2']);
		});

		it('takes of an account with more events than a batch holds as many as it holds', async () => {
			await receive(anEvent('a1'), anEvent('a2'), anEvent('a3'));
			const batch = await claim(NOW, 2);
			expect(ids(batch)).toEqual(['a1', 'a2']);
			await partition.inbox.complete(batch, NOW);
			expect(ids(await claim(NOW, 2))).toEqual(['a3']);
		});

		it('lets no event overtake a running one of the same account', async () => {
			await receive(anEvent('a1'), anEvent('b1', { accountKey: 'cus_2' }), anEvent('a2'));
			expect(ids(await claim(NOW, 1))).toEqual(['a1']);
			expect(ids(await claim())).toEqual(['b1']);
		});

		it('lets no event overtake one that waits for its retry', async () => {
			await receive(anEvent('a1'), anEvent('a2'));
			await partition.inbox.fail(await claim(NOW, 1), FAILURE, NOW);
			expect(await claim(after(999))).toEqual([]);
			expect(ids(await claim(after(1_000)))).toEqual(['a1', 'a2']);
		});

		it('keeps an event that comes late and is older while a newer one runs, for as long as it lives', async () => {
			await receive(anEvent('new', { createdAt: after(1_000) }));
			const running = await claim();
			await receive(anEvent('old'), anEvent('b1', { accountKey: 'cus_2' }));
			expect(ids(await claim())).toEqual(['b1']);
			await partition.inbox.renew(running, LEASE_MS, after(LEASE_MS - 1));
			expect(ids(await claim(after(LEASE_MS)))).toEqual(['b1']);
			await partition.inbox.complete(running, after(LEASE_MS));
			expect(ids(await claim(after(LEASE_MS)))).toEqual(['old']);
		});

		it('hands out an event that comes late and is older before a newer one that waits for its retry', async () => {
			await receive(anEvent('new', { createdAt: after(1_000) }));
			await partition.inbox.fail(await claim(), FAILURE, NOW);
			await receive(anEvent('old'));
			expect(ids(await claim())).toEqual(['old']);
		});

		it('hands out again what a dead run held', async () => {
			await receive(anEvent('evt_1'));
			const [dead] = await claim();
			expect(await claim(after(LEASE_MS - 1))).toEqual([]);
			const [again] = await claim(after(LEASE_MS));
			expect(again).toMatchObject({ eventId: 'evt_1', attempt: 2, isTakenOver: true });
			expect(await partition.inbox.complete(dead ? [dead] : [], NOW)).toBe(0);
			expect(await partition.inbox.complete(again ? [again] : [], NOW)).toBe(1);
		});
	});

	describe('fail', () => {
		it('backs off twice as long each time up to a limit, then parks, and lets the next one pass', async () => {
			await receive(anEvent('evt_1'), anEvent('evt_2'));
			let now = NOW;
			for (const wait of [1_000, 1_500]) {
				expect(await partition.inbox.fail(await claim(now, 1), FAILURE, now)).toEqual({
					retrying: 1,
					parked: 0,
				});
				expect(await partition.inbox.nextDueAt('trigger')).toEqual(NOW);
				now = new Date(now.getTime() + wait);
			}
			expect(await partition.inbox.fail(await claim(now, 1), FAILURE, now)).toEqual({
				retrying: 0,
				parked: 1,
			});
			expect(ids(await claim(now))).toEqual(['evt_2']);
			expect(await partition.inbox.counts('trigger')).toEqual({
				pending: 0,
				running: 1,
				done: 0,
				retry: 0,
				parked: 1,
			});
		});

		it('parks by what failed, however often the vendor was waited for before', async () => {
			await receive(anEvent('evt_1'));
			let now = NOW;
			const claimOne = async () => {
				now = (await partition.inbox.nextDueAt('trigger')) ?? now;
				return await claim(now);
			};
			const failOne = async (failure: DeliveryFailure) => {
				expect(await partition.inbox.fail(await claimOne(), failure, now)).toMatchObject({
					parked: 0,
				});
				return ((await partition.inbox.nextDueAt('trigger')) ?? now).getTime() - now.getTime();
			};
			const waits: number[] = [];
			for (let wait = 0; wait < 50; wait++) waits.push(await failOne(WAIT));
			expect(waits.slice(0, 3)).toEqual([1_000, 2_000, 2_500]);
			expect(Math.max(...waits)).toBe(2_500);

			expect(await failOne(FAILURE)).toBe(1_000);
			expect(await failOne(WAIT)).toBe(2_500);
			expect(await failOne(FAILURE)).toBe(1_500);
			const [last] = await claimOne();
			expect(last).toMatchObject({ attempt: 54, failures: 2 });
			expect(await partition.inbox.fail(last ? [last] : [], FAILURE, now)).toEqual({
				retrying: 0,
				parked: 1,
			});
		});

		it('leaves what was handed out before a replay no right to settle it', async () => {
			await receive(anEvent('evt_1'));
			const dead = await claim();
			await partition.inbox.fail(
				await claim(after(LEASE_MS)),
				{ ...FAILURE, parkAfter: 1 },
				after(LEASE_MS),
			);
			await partition.inbox.replay('trigger', ['evt_1'], after(LEASE_MS));
			const replayed = await claim(after(LEASE_MS));
			expect(replayed).toMatchObject([{ failures: 0, isTakenOver: false }]);
			expect(await partition.inbox.complete(dead, after(LEASE_MS))).toBe(0);
			expect(await partition.inbox.complete(replayed, after(LEASE_MS))).toBe(1);
		});

		it('shows what is parked, and replays it', async () => {
			await receive(anEvent('evt_1'), anEvent('evt_2'));
			await partition.inbox.fail(await claim(NOW, 1), { ...FAILURE, parkAfter: 1 }, after(7));
			expect(await partition.inbox.parked({ limit: 10 })).toEqual([
				expect.objectContaining({
					consumer: 'trigger',
					eventId: 'evt_1',
					failures: 1,
					error: 'Intercom is down',
					parkedAt: after(7),
					payload: { id: 'evt_1', object: 'event' },
				}),
			]);
			expect(await partition.inbox.parked({ limit: 10, consumer: 'other' })).toEqual([]);

			expect(await partition.inbox.replay('trigger', ['evt_1', 'evt_2', 'evt_9'], NOW)).toBe(1);
			expect(ids(await claim())).toEqual(['evt_1', 'evt_2']);
		});
	});

	describe('nextDueAt', () => {
		it('is null with nothing open, then the earliest', async () => {
			expect(await partition.inbox.nextDueAt('trigger')).toBeNull();
			await receive(anEvent('evt_1'));
			expect(await partition.inbox.nextDueAt('trigger')).toEqual(NOW);
			await claim();
			expect(await partition.inbox.nextDueAt('trigger')).toEqual(after(LEASE_MS));
		});
	});

	describe('purge', () => {
		it('forgets old events that everybody has done, and nothing else', async () => {
			await receive(
				anEvent('done'),
				anEvent('parked', { accountKey: 'cus_2' }),
				anEvent('unwanted', { type: 'charge.failed' }),
			);
			await partition.inbox.receive([anEvent('fresh')], after(10));
			for (const delivery of await claim(after(10))) {
				if (delivery.eventId === 'parked')
					await partition.inbox.fail([delivery], { ...FAILURE, parkAfter: 1 }, NOW);
				else await partition.inbox.complete([delivery], NOW);
			}
			expect(await partition.inbox.purge(after(10))).toBe(2);
			expect(await partition.inbox.counts('trigger')).toMatchObject({ done: 1, parked: 1 });
			expect(await receive(anEvent('parked'), anEvent('fresh'))).toEqual([]);
		});
	});
});
