import { sql, type ExpressionBuilder, type Updateable } from 'kysely';
import { chunksOf } from './chunks.ts';
import { serialised, type Scope } from './database.ts';
import type {
	ClaimOptions,
	Delivery,
	DeliveryClaim,
	DeliveryFailure,
	ParkedDelivery,
	ParkedQuery,
} from './inbox.ts';
import { fromJson } from './json.ts';
import type { EventDeliveriesTable, Tables } from './tables.ts';

export async function claim(
	scope: Scope,
	consumer: string,
	{ limit, leaseMs }: ClaimOptions,
	now: Date,
): Promise<readonly Delivery[]> {
	const name = `claim/${scope.partition}/${consumer}`;
	return await serialised(scope, name, 'alone', async (db) => {
		const within = { ...scope, db };
		const picked = await pickNext(within, consumer, limit, now);
		if (picked.length === 0) return [];
		const eventIds = picked.map(({ event_id }) => event_id);
		const claimed = await db
			.updateTable('event_deliveries')
			.set((eb) => ({
				state: 'running',
				attempts: eb('attempts', '+', 1),
				due_at: now.getTime() + leaseMs,
			}))
			.where('partition_key', '=', scope.partition)
			.where('consumer', '=', consumer)
			.where('event_id', 'in', eventIds)
			.returning(['event_id', 'attempts', 'failures'])
			.execute();
		const claims = new Map(claimed.map((row) => [row.event_id, row]));
		const statesBefore = new Map(picked.map(({ event_id, state }) => [event_id, state]));
		const events = await db
			.selectFrom('stripe_events')
			.select(['event_id', 'seq', 'type', 'account_key', 'created_at', 'payload'])
			.where('partition_key', '=', scope.partition)
			.where('event_id', 'in', eventIds)
			.orderBy('created_at')
			.orderBy('seq')
			.execute();
		return events.map((event) => {
			const { attempts = 0, failures = 0 } = claims.get(event.event_id) ?? {};
			return {
				...toDelivery({ ...event, consumer, attempts, failures }),
				isTakenOver: statesBefore.get(event.event_id) === 'running',
			};
		});
	});
}

/**
 * Whole accounts where they fit, those that wait longest first: who takes a batch reads each of its accounts, and
 * in a burst the next events of an account lie behind those of all others.
 */
async function pickNext(
	scope: Scope,
	consumer: string,
	limit: number,
	now: Date,
): Promise<readonly DueDelivery[]> {
	const oldest = await due(scope, consumer, now).limit(limit).execute();
	const accounts = [...new Set(oldest.map(({ account_key }) => account_key))];
	if (accounts.length === 0) return [];
	const theirs = await due(scope, consumer, now)
		.where('next.account_key', 'in', accounts)
		.limit(limit * LOOK_AHEAD)
		.execute();
	const picked: DueDelivery[] = [];
	for (const account of accounts) {
		const events = theirs.filter(({ account_key }) => account_key === account);
		if (picked.length > 0 && picked.length + events.length > limit) break;
		picked.push(...events.slice(0, limit));
	}
	return picked;
}

type DueDelivery = Pick<EventDeliveriesTable, 'event_id' | 'account_key' | 'state'>;

/** So many batches of later events are looked through for those of the picked accounts. */
const LOOK_AHEAD = 10;

/** What is due, where nothing of its account runs and nothing earlier of it waits. */
function due({ db, partition }: Scope, consumer: string, now: Date) {
	const ofItsAccount = ({ selectFrom }: ExpressionBuilder<TablesWithNext, 'next'>) =>
		selectFrom('event_deliveries as other')
			.select('other.event_id')
			.whereRef('other.partition_key', '=', 'next.partition_key')
			.whereRef('other.consumer', '=', 'next.consumer')
			.whereRef('other.account_key', '=', 'next.account_key')
			.where('other.due_at', '>', now.getTime())
			// Without an offset Postgres makes a join of it, which before the first statistics of the table compares
			// every delivery with every other.
			.limit(1)
			.offset(0);
	return db
		.selectFrom('event_deliveries as next')
		.select(['next.event_id', 'next.account_key', 'next.state'])
		.where('next.partition_key', '=', partition)
		.where('next.consumer', '=', consumer)
		.where(sql<boolean>`next.state in ('pending', 'running', 'retry')`)
		.where('next.due_at', '<=', now.getTime())
		.where((eb) => eb.not(eb.exists(ofItsAccount(eb).where(sql<boolean>`other.state = 'running'`))))
		.where((eb) =>
			eb.not(
				eb.exists(
					ofItsAccount(eb)
						.where(sql<boolean>`other.state in ('pending', 'running', 'retry')`)
						.where((inner) =>
							inner(
								inner.refTuple('other.created_at', 'other.seq'),
								'<',
								inner.refTuple('next.created_at', 'next.seq'),
							),
						),
				),
			),
		)
		.orderBy('next.created_at')
		.orderBy('next.seq');
}

type TablesWithNext = Tables & { readonly next: EventDeliveriesTable };

export async function renew(
	scope: Scope,
	deliveries: readonly DeliveryClaim[],
	leaseMs: number,
	now: Date,
): Promise<number> {
	return await settleEach(scope, deliveries, () => ({ due_at: now.getTime() + leaseMs }));
}

export async function complete(
	scope: Scope,
	deliveries: readonly DeliveryClaim[],
	now: Date,
): Promise<number> {
	return await settleEach(scope, deliveries, () => ({
		state: 'done',
		error: null,
		settled_at: now.getTime(),
	}));
}

export async function fail(
	scope: Scope,
	deliveries: readonly DeliveryClaim[],
	failure: DeliveryFailure,
	now: Date,
) {
	const { error, parkAfter } = failure;
	const isLast = ({ failures }: DeliveryClaim) => parkAfter !== null && failures + 1 >= parkAfter;
	const parkedNow = await settleEach(scope, deliveries.filter(isLast), ({ failures }) => ({
		state: 'parked',
		failures: failures + 1,
		error,
		settled_at: now.getTime(),
	}));
	const retrying = await settleEach(
		scope,
		deliveries.filter((delivery) => !isLast(delivery)),
		(claimed) => ({
			state: 'retry',
			failures: claimed.failures + (parkAfter === null ? 0 : 1),
			error,
			due_at: now.getTime() + backoffMs(failure, claimed),
		}),
	);
	return { retrying, parked: parkedNow };
}

/** Failures and waits grow apart: after a long outage the first failure is the first one. */
function backoffMs(
	{ backoffMs: first, maxBackoffMs, parkAfter }: DeliveryFailure,
	{ attempt, failures }: DeliveryClaim,
): number {
	const before = parkAfter === null ? attempt - 1 - failures : failures;
	return Math.min(first * 2 ** before, maxBackoffMs);
}

/** Only for whoever holds the latest claim. */
async function settleEach(
	scope: Scope,
	deliveries: readonly DeliveryClaim[],
	change: (
		claim: DeliveryClaim,
	) => Pick<
		Updateable<EventDeliveriesTable>,
		'state' | 'failures' | 'error' | 'settled_at' | 'due_at'
	>,
): Promise<number> {
	if (deliveries.length === 0) return 0;
	return await scope.db.transaction().execute(async (db) => {
		let settled = 0;
		for (const delivery of deliveries) {
			const { numUpdatedRows } = await db
				.updateTable('event_deliveries')
				.set(change(delivery))
				.where('partition_key', '=', scope.partition)
				.where('consumer', '=', delivery.consumer)
				.where('event_id', '=', delivery.eventId)
				.where('attempts', '=', delivery.attempt)
				.where('state', '=', 'running')
				.executeTakeFirst();
			settled += Number(numUpdatedRows);
		}
		return settled;
	});
}

export async function nextDueAt({ db, partition }: Scope, consumer: string): Promise<Date | null> {
	const { due } = await db
		.selectFrom('event_deliveries')
		.select((eb) => eb.fn.min<number | null>('due_at').as('due'))
		.where('partition_key', '=', partition)
		.where('consumer', '=', consumer)
		.where(sql<boolean>`state in ('pending', 'running', 'retry')`)
		.executeTakeFirstOrThrow();
	return due === null ? null : new Date(due);
}

export async function counts({ db, partition }: Scope, consumer: string) {
	const rows = await db
		.selectFrom('event_deliveries')
		.select((eb) => ['state', eb.fn.countAll<number>().as('count')])
		.where('partition_key', '=', partition)
		.where('consumer', '=', consumer)
		.groupBy('state')
		.execute();
	const none = { pending: 0, running: 0, done: 0, retry: 0, parked: 0 };
	return { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
}

export async function parked(
	{ db, partition }: Scope,
	{ consumer, limit }: ParkedQuery,
): Promise<readonly ParkedDelivery[]> {
	let select = db
		.selectFrom('event_deliveries')
		.innerJoin('stripe_events', (join) =>
			join
				.onRef('stripe_events.partition_key', '=', 'event_deliveries.partition_key')
				.onRef('stripe_events.event_id', '=', 'event_deliveries.event_id'),
		)
		.select([
			'event_deliveries.consumer',
			'event_deliveries.event_id',
			'event_deliveries.attempts',
			'event_deliveries.failures',
			'event_deliveries.error',
			'event_deliveries.settled_at',
			'stripe_events.seq',
			'stripe_events.type',
			'stripe_events.account_key',
			'stripe_events.created_at',
			'stripe_events.payload',
		])
		.where('event_deliveries.partition_key', '=', partition)
		.where('event_deliveries.state', '=', sql.lit('parked'))
		.orderBy('event_deliveries.settled_at');
	if (limit !== undefined) select = select.limit(limit);
	if (consumer !== undefined) select = select.where('event_deliveries.consumer', '=', consumer);
	return (await select.execute()).map((row) => ({
		...toDelivery(row),
		error: row.error,
		parkedAt: new Date(row.settled_at ?? 0),
	}));
}

export async function replay(
	{ db, partition }: Scope,
	consumer: string,
	eventIds: readonly string[],
	now: Date,
): Promise<number> {
	let replayed = 0;
	for (const chunk of chunksOf(eventIds)) {
		const { numUpdatedRows } = await db
			.updateTable('event_deliveries')
			.set({ state: 'pending', failures: 0, due_at: now.getTime(), error: null, settled_at: null })
			.where('partition_key', '=', partition)
			.where('consumer', '=', consumer)
			.where('event_id', 'in', chunk)
			.where('state', 'in', ['parked', 'done'])
			.executeTakeFirst();
		replayed += Number(numUpdatedRows);
	}
	return replayed;
}

interface DeliveryRow {
	readonly consumer: string;
	readonly event_id: string;
	readonly attempts: number;
	readonly failures: number;
	readonly seq: number;
	readonly type: string;
	readonly account_key: string;
	readonly created_at: number;
	readonly payload: string;
}

function toDelivery(row: DeliveryRow): Omit<Delivery, 'isTakenOver'> {
	return {
		consumer: row.consumer,
		eventId: row.event_id,
		attempt: row.attempts,
		failures: row.failures,
		seq: row.seq,
		type: row.type,
		accountKey: row.account_key,
		createdAt: new Date(row.created_at),
		payload: fromJson(row.payload),
	};
}
