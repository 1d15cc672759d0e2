import type { Selectable } from 'kysely';
import { chunksOf } from './chunks.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Scope } from './database.ts';
import { forgottenAmong } from './erased-accounts.ts';
import { fromJson, toJson } from './json.ts';
import type { TimelineTable } from './tables.ts';
import { complete, type ToldBefore } from './timeline-completion.ts';

/** Everything that happened to an account, told by every node. Of whoever was erased nothing is written. */
export interface Timeline {
	/** False when an entry with this key was there already; it learns what it did not know. */
	append(entry: NewTimelineEntry): Promise<boolean>;
	/** In one go. Gives how many were not there already. */
	appendAll(entries: readonly NewTimelineEntry[]): Promise<number>;
	/** Newest first. */
	list(query: TimelineQuery): Promise<TimelinePage>;
}

export interface NewTimelineEntry {
	readonly accountId: string;
	/** When it happened, not when it was written down. */
	readonly at: Date;
	/** A lifecycle event, or what a node did: `trial_started`, `message_sent`, `access_restricted`. */
	readonly kind: string;
	/** The node that did it; where no node of ours is known to have done it, the one that tells. */
	readonly source: string;
	/** Makes a repeated run tell it once, and one deed told by two one entry. */
	readonly key?: string;
	/** The Stripe event or other thing that led to it. */
	readonly cause?: string;
	/** Of who did it. */
	readonly executionId?: string;
	readonly data?: Readonly<Record<string, unknown>>;
}

export interface TimelineEntry {
	readonly accountId: string;
	readonly at: Date;
	readonly kind: string;
	readonly source: string;
	readonly cause: string | null;
	readonly executionId: string | null;
	readonly data: Readonly<Record<string, unknown>>;
}

export interface TimelineQuery {
	readonly accountId: string;
	readonly kinds?: readonly string[];
	readonly limit: number;
	/** `nextCursor` of the page before. */
	readonly cursor?: string;
}

export interface TimelinePage {
	readonly entries: readonly TimelineEntry[];
	/** Null on the last page. */
	readonly nextCursor: string | null;
}

export function createTimeline(scope: Scope): Timeline {
	return {
		append: async (entry) => (await append(scope, [entry])) > 0,
		appendAll: async (entries) => await append(scope, entries),
		list: async (query) => await list(scope, query),
	};
}

async function append(scope: Scope, entries: readonly NewTimelineEntry[]): Promise<number> {
	const { db, partition } = scope;
	let added = 0;
	for (const all of chunksOf(entries)) {
		const forgotten = await forgottenAmong(
			scope,
			all.map(({ accountId }) => accountId),
		);
		const chunk = all.filter(({ accountId }) => !forgotten.has(accountId));
		if (chunk.length === 0) continue;
		const inserted = await db
			.insertInto('timeline')
			.values(
				chunk.map((entry) => ({
					partition_key: partition,
					account_id: entry.accountId,
					at: entry.at.getTime(),
					kind: entry.kind,
					source: entry.source,
					entry_key: entry.key ?? null,
					cause: entry.cause ?? null,
					execution_id: entry.executionId ?? null,
					data: entry.data ? toJson(entry.data) : null,
				})),
			)
			.onConflict((conflict) => conflict.columns(['partition_key', 'entry_key']).doNothing())
			.returning('entry_key')
			.execute();
		added += inserted.length;
		const fresh = new Set(inserted.map(({ entry_key }) => entry_key));
		// The first of several with one key is the one that was inserted.
		const toldBefore = chunk.filter(hasKey).filter(({ key }) => !fresh.delete(key));
		await complete(scope, toldBefore);
	}
	return added;
}

function hasKey(entry: NewTimelineEntry): entry is ToldBefore {
	return entry.key !== undefined;
}

async function list({ db, partition }: Scope, query: TimelineQuery): Promise<TimelinePage> {
	const { accountId, kinds, limit, cursor } = query;
	let select = db
		.selectFrom('timeline')
		.selectAll()
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.orderBy('at', 'desc')
		.orderBy('id', 'desc')
		.limit(limit + 1);
	if (kinds) select = select.where('kind', 'in', kinds);
	if (cursor !== undefined) {
		const [at, id] = decodeCursor(cursor);
		select = select.where((eb) => eb(eb.refTuple('at', 'id'), '<', eb.tuple(at, Number(id))));
	}
	const rows = await select.execute();
	const page = rows.slice(0, limit);
	const last = page.at(-1);
	return {
		entries: page.map(toEntry),
		nextCursor: rows.length > limit && last ? encodeCursor([last.at, String(last.id)]) : null,
	};
}

function toEntry(row: Selectable<TimelineTable>): TimelineEntry {
	return {
		accountId: row.account_id,
		at: new Date(row.at),
		kind: row.kind,
		source: row.source,
		cause: row.cause,
		executionId: row.execution_id,
		data: row.data === null ? {} : (fromJson(row.data) as Record<string, unknown>),
	};
}
