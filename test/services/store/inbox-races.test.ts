import { setTimeout as sleep } from 'node:timers/promises';
import {
	openStore,
	type Delivery,
	type Inbox,
	type IncomingEvent,
} from '../../../services/store/index.ts';
import { onBothDatabases } from './databases.ts';

const ACCOUNTS = 8;
const EVENTS = 360;
const CLAIMERS = 6;
const CONSUMERS = ['welcome', 'billing'];
const LONG_AGO = new Date(0);
const LEASE_MS = 600_000;
/** So many that the claimers find something to do while late ones are still coming in. */
const AT_ONCE = 10;

/** Shuffled the same way in every run: 7919 is prime to the number of events. */
const incoming = Array.from({ length: EVENTS }, (_, index): IncomingEvent => {
	const place = (index * 7919) % EVENTS;
	return {
		id: `evt_${place}`,
		type: 'invoice.paid',
		accountKey: `cus_${place % ACCOUNTS}`,
		createdAt: new Date(Date.UTC(2026, 3, 1) + place * 1_000),
		via: 'webhook',
		payload: {},
	};
});

/** Sees who is at work with whom. */
function createFloor() {
	const atWork = new Set<string>();
	const newest = new Map<string, number>();
	const seen = { meetings: [] as string[], lateOnes: 0 };
	const namesOf = (deliveries: readonly Delivery[]) =>
		new Set(deliveries.map(({ consumer, accountKey }) => `${consumer}/${accountKey}`));
	return {
		seen,
		enter(deliveries: readonly Delivery[]) {
			for (const name of namesOf(deliveries)) {
				if (atWork.has(name)) seen.meetings.push(name);
				atWork.add(name);
			}
			for (const { consumer, accountKey, createdAt } of deliveries) {
				const name = `${consumer}/${accountKey}`;
				const before = newest.get(name) ?? 0;
				if (createdAt.getTime() < before) seen.lateOnes += 1;
				newest.set(name, Math.max(createdAt.getTime(), before));
			}
		},
		leave(deliveries: readonly Delivery[]) {
			for (const name of namesOf(deliveries)) atWork.delete(name);
		},
	};
}

onBothDatabases((database) => {
	it('never has two runs at work with one account for one consumer, whatever comes late or fails', async () => {
		const location = database.freshLocation();
		const stores = await Promise.all(
			Array.from({ length: CLAIMERS + 1 }, async () => await openStore(location)),
		);
		const [incomingSide, ...sides] = stores.map(
			(store) => store.partition({ workspace: 'default', mode: 'test' }).inbox,
		) as [Inbox, ...Inbox[]];
		for (const consumer of CONSUMERS) {
			await incomingSide.subscribe(consumer, { types: ['invoice.paid'], from: LONG_AGO });
		}

		const floor = createFloor();
		const done: string[] = [];
		const work = async (inbox: Inbox, consumer: string, turn: number) => {
			const options = { limit: 5 + (turn % 40), leaseMs: LEASE_MS };
			const deliveries = await inbox.claim(consumer, options, new Date());
			floor.enter(deliveries);
			await sleep(20 + ((turn * 13) % 150));
			floor.leave(deliveries);
			const fails = turn % 5 === 0;
			const failure = { error: 'x', parkAfter: null, backoffMs: 5, maxBackoffMs: 5 };
			if (fails) await inbox.fail(deliveries, failure, new Date());
			else await inbox.complete(deliveries, new Date());
			if (!fails) done.push(...deliveries.map(({ eventId }) => `${consumer}/${eventId}`));
		};

		const feeding = (async () => {
			for (let from = 0; from < EVENTS; from += AT_ONCE) {
				await incomingSide.receive(incoming.slice(from, from + AT_ONCE), new Date());
				await sleep(20);
			}
		})();
		const working = sides.map(async (inbox, side) => {
			const consumer = CONSUMERS[side % CONSUMERS.length] as string;
			for (let turn = side; done.length < EVENTS * CONSUMERS.length; turn += 1) {
				await work(inbox, consumer, turn);
			}
		});
		await Promise.all([feeding, ...working]);

		expect(floor.seen.meetings).toEqual([]);
		expect(floor.seen.lateOnes).toBeGreaterThan(0);
		expect(new Set(done).size).toBe(EVENTS * CONSUMERS.length);
		expect(done).toHaveLength(EVENTS * CONSUMERS.length);
		for (const store of stores) await store.close();
	}, 120_000);
});
