import { setTimeout as sleep } from 'node:timers/promises';
import {
	openStore,
	type LifecycleStore,
	type StorePartition,
} from '../../../services/store/index.ts';
import { createTurns, type TakeTurns } from '../../../services/store/turns.ts';
import { onBothDatabases } from './databases.ts';

const DEFAULT = { workspace: 'default', mode: 'test' } as const;
const PATIENCE = { leaseMs: 10_000, waitMs: 15_000 };
const NAME = 'subscription sub_1';

onBothDatabases((database) => {
	const stores: LifecycleStore[] = [];
	let one: StorePartition;
	let other: StorePartition;

	/** Two connections of their own, as two processes have. */
	beforeEach(async () => {
		const location = database.freshLocation();
		const open = async (patienceMs: number) => {
			const store = await openStore({ ...location, patienceMs });
			stores.push(store);
			return store.partition(DEFAULT);
		};
		one = await open(15_000);
		other = await open(15_001);
	});
	afterEach(async () => {
		for (const store of stores.splice(0)) await store.close();
	});

	/** Reads, thinks, writes. */
	const addOne = (turns: TakeTurns, { leases, bookmarks }: StorePartition) =>
		turns(leases, NAME, async () => {
			const count = Number(await bookmarks.get('count'));
			await sleep(5);
			await bookmarks.set('count', String(count + 1), new Date());
		});

	it('lets nobody write over what others of the same process or of another wrote', async () => {
		const [here, there] = [createTurns(PATIENCE), createTurns(PATIENCE)];
		await Promise.all(
			Array.from({ length: 10 }, () => [addOne(here, one), addOne(there, other)]).flat(),
		);
		expect(await one.bookmarks.get('count')).toBe('20');
	});

	it('does not hold up work under another name', async () => {
		const turns = createTurns(PATIENCE);
		const { result } = await turns(one.leases, NAME, async () =>
			turns(one.leases, 'customer cus_1', async () => 'done'),
		);
		expect(result).toEqual({ result: 'done', warning: {} });
	});

	it('goes on after work that failed', async () => {
		const turns = createTurns(PATIENCE);
		const failing = turns(
			one.leases,
			NAME,
			async () => await Promise.reject(new Error('declined')),
		);
		const next = turns(one.leases, NAME, async () => 'done');
		await expect(failing).rejects.toThrow('declined');
		expect(await next).toEqual({ result: 'done', warning: {} });
		expect(await one.leases.holderOf(NAME, new Date())).toBeNull();
	});

	it('waits for the lease of who was killed, and no longer', async () => {
		await other.leases.take(NAME, 'killed', 300, new Date());
		const since = Date.now();
		await addOne(createTurns(PATIENCE), one);
		expect(Date.now() - since).toBeGreaterThanOrEqual(250);
		expect(await one.bookmarks.get('count')).toBe('1');
	});

	it('keeps a turn that takes longer than its lease', async () => {
		const slow = createTurns({ leaseMs: 300, waitMs: 15_000 });
		const done: string[] = [];
		const long = slow(one.leases, NAME, async () => {
			await sleep(1_000);
			done.push('long');
		});
		await sleep(100);
		await createTurns(PATIENCE)(other.leases, NAME, async () => done.push('short'));
		await long;
		expect(done).toEqual(['long', 'short']);
	});

	it('gives up on who does not come to an end, with nothing done', async () => {
		await other.leases.take(NAME, 'another process', 60_000, new Date());
		const work = jest.fn();
		const turn = createTurns({ leaseMs: 100, waitMs: 200 })(one.leases, NAME, work);
		await expect(turn).rejects.toMatchObject({
			message: expect.stringContaining('the subscription sub_1') as string,
			details: { code: 'busy', hint: expect.stringContaining('Run the item again') as string },
		});
		expect(work).not.toHaveBeenCalled();
	});

	it('works without a store that fails, one after the other, and says so', async () => {
		const turns = createTurns(PATIENCE);
		await stores[0]?.close();
		let atWork = 0;
		const work = async () => {
			atWork += 1;
			await sleep(5);
			return atWork--;
		};
		const turnsDone = await Promise.all(
			Array.from({ length: 3 }, async () => await turns(one.leases, NAME, work)),
		);
		for (const { result, warning } of turnsDone) {
			expect(result).toBe(1);
			expect(warning.storeWarning).toContain('Done without knowing');
		}
	});
});
