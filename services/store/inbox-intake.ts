import { chunksOf } from './chunks.ts';
import { serialised, type Scope } from './database.ts';
import { forgetPeople, rememberPeople } from './event-people.ts';
import type { Consumer, ConsumerWish, IncomingEvent } from './inbox.ts';
import { toJson } from './json.ts';
import type { EventDeliveriesTable } from './tables.ts';

export async function receive(
	scope: Scope,
	events: readonly IncomingEvent[],
	now: Date,
): Promise<readonly string[]> {
	if (events.length === 0) return [];
	return await serialised(scope, consumersOf(scope), 'shared', async (db) => {
		const stored: StoredEvent[] = [];
		for (const chunk of chunksOf(events)) {
			const rows = await db
				.insertInto('stripe_events')
				.values(
					chunk.map((event) => ({
						partition_key: scope.partition,
						event_id: event.id,
						type: event.type,
						account_key: event.accountKey,
						created_at: event.createdAt.getTime(),
						received_at: now.getTime(),
						via: event.via,
						payload: toJson(event.payload),
					})),
				)
				.onConflict((conflict) => conflict.columns(['partition_key', 'event_id']).doNothing())
				.returning(['event_id', 'seq', 'type', 'account_key', 'created_at'])
				.execute();
			stored.push(...rows);
			const fresh = new Set(rows.map(({ event_id }) => event_id));
			await rememberPeople(
				{ db, partition: scope.partition },
				chunk.filter(({ id }) => fresh.has(id)),
			);
		}
		await deliver({ ...scope, db }, stored, now);
		return stored.map(({ event_id }) => event_id);
	});
}

type StoredEvent = Pick<EventDeliveriesTable, 'event_id' | 'seq' | 'account_key' | 'created_at'> & {
	readonly type: string;
};

async function deliver(scope: Scope, events: readonly StoredEvent[], now: Date): Promise<void> {
	if (events.length === 0) return;
	for (const { consumer, types } of await consumers(scope)) {
		const wanted = new Set(types);
		const deliverable = events.filter(({ type }) => wanted.has(type));
		await handOver(scope, consumer, deliverable, now);
	}
}

async function handOver(
	{ db, partition }: Scope,
	consumer: string,
	events: readonly StoredEvent[],
	now: Date,
): Promise<void> {
	for (const chunk of chunksOf(events)) {
		await db
			.insertInto('event_deliveries')
			.values(
				chunk.map(({ event_id, seq, account_key, created_at }) => ({
					partition_key: partition,
					consumer,
					event_id,
					seq,
					account_key,
					created_at,
					state: 'pending' as const,
					attempts: 0,
					due_at: now.getTime(),
					error: null,
					settled_at: null,
				})),
			)
			.onConflict((conflict) =>
				conflict.columns(['partition_key', 'consumer', 'event_id']).doNothing(),
			)
			.execute();
	}
}

export async function consumers({ db, partition }: Scope): Promise<readonly Consumer[]> {
	const rows = await db
		.selectFrom('event_consumers')
		.select(['consumer', 'types'])
		.where('partition_key', '=', partition)
		.orderBy('consumer')
		.execute();
	return rows.map(({ consumer, types }) => ({ consumer, types: JSON.parse(types) as string[] }));
}

export async function subscribe(
	scope: Scope,
	consumer: string,
	{ types, from }: ConsumerWish,
): Promise<void> {
	await serialised(scope, consumersOf(scope), 'alone', async (db) => {
		await db
			.insertInto('event_consumers')
			.values({ partition_key: scope.partition, consumer, types: JSON.stringify(types) })
			.onConflict((conflict) =>
				conflict
					.columns(['partition_key', 'consumer'])
					.doUpdateSet({ types: JSON.stringify(types) }),
			)
			.execute();
		if (types.length === 0) return;
		const missed = await db
			.selectFrom('stripe_events')
			.select(['event_id', 'seq', 'type', 'account_key', 'created_at'])
			.where('partition_key', '=', scope.partition)
			.where('received_at', '>=', from.getTime())
			.where('type', 'in', types)
			.execute();
		await handOver({ ...scope, db }, consumer, missed, from);
	});
}

export async function unsubscribe(scope: Scope, consumer: string): Promise<void> {
	await serialised(scope, consumersOf(scope), 'alone', async (db) => {
		for (const table of ['event_consumers', 'event_deliveries', 'told_facts'] as const) {
			await db
				.deleteFrom(table)
				.where('partition_key', '=', scope.partition)
				.where('consumer', '=', consumer)
				.execute();
		}
	});
}

/** Forgets events received before then that no consumer still has to do, parked ones some weeks later. */
export async function purge(scope: Scope, receivedBefore: Date): Promise<number> {
	const parkedBefore = receivedBefore.getTime() - PARKED_KEPT_LONGER_MS;
	return await serialised(scope, consumersOf(scope), 'alone', async (db) => {
		const purged = await db
			.deleteFrom('stripe_events')
			.where('partition_key', '=', scope.partition)
			.where('received_at', '<', receivedBefore.getTime())
			.where((eb) =>
				eb.not(
					eb.exists(
						eb
							.selectFrom('event_deliveries')
							.select('event_deliveries.event_id')
							.whereRef('event_deliveries.partition_key', '=', 'stripe_events.partition_key')
							.whereRef('event_deliveries.event_id', '=', 'stripe_events.event_id')
							.where('event_deliveries.state', '!=', 'done')
							.where((open) =>
								open.not(
									open.and([
										open('event_deliveries.state', '=', 'parked'),
										open('event_deliveries.settled_at', '<', parkedBefore),
									]),
								),
							),
					),
				),
			)
			.returning(['event_id', 'account_key'])
			.execute();
		await removeTraces({ ...scope, db }, purged);
		await db
			.deleteFrom('told_facts')
			.where('partition_key', '=', scope.partition)
			.where('told_at', '<', receivedBefore.getTime() - TOLD_FACTS_KEPT_MS)
			.execute();
		return purged.length;
	});
}

/** What is kept beside events that are gone. */
export async function removeTraces(
	scope: Pick<Scope, 'db' | 'partition'>,
	gone: ReadonlyArray<Pick<EventDeliveriesTable, 'event_id' | 'account_key'>>,
): Promise<void> {
	const { db, partition } = scope;
	for (const chunk of chunksOf(gone)) {
		await db
			.deleteFrom('event_deliveries')
			.where('partition_key', '=', partition)
			.where(
				'event_id',
				'in',
				chunk.map(({ event_id }) => event_id),
			)
			.execute();
	}
	await forgetPeople(
		scope,
		gone.map(({ account_key }) => account_key),
	);
}

/**
 * Time for an operator to mend the cause and replay them: with the 31 days of Stripe's events 90 days in all. They
 * hold names, addresses and letters, which nobody may keep for ever.
 */
const PARKED_KEPT_LONGER_MS = 59 * 86_400_000;

/** Longer than the events themselves: a yearly subscription tells of the same customer a year later. */
const TOLD_FACTS_KEPT_MS = 400 * 86_400_000;

/** Events come in side by side; who wants them changes while none does. Otherwise a new consumer would miss some. */
function consumersOf({ partition }: Scope): string {
	return `consumers/${partition}`;
}
