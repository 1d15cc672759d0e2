import { sql, type ExpressionBuilder } from 'kysely';
import type { MessageCategory } from '../../lifecycle/consent.ts';
import type { Standing } from '../../lifecycle/journey/decide.ts';
import { chunksOf } from './chunks.ts';
import type { Scope } from './database.ts';
import { TRANSACTIONAL_REPEATS } from './send-claim.ts';
import type { SendState } from './sends.ts';
import type { Tables } from './tables.ts';

export interface LeftBehind {
	readonly key: string;
	readonly accountId: string;
	readonly step: string | null;
}

export async function standings(
	{ db, partition }: Scope,
	accountIds: readonly string[],
	now: Date,
): Promise<ReadonlyMap<string, ReadonlyMap<string, Standing>>> {
	const found = new Map<string, Map<string, Standing>>();
	for (const chunk of chunksOf(accountIds)) {
		const rows = await db
			.selectFrom('sends')
			.select(['account_id', 'send_key', 'state', 'category', 'lease_until', 'emissions', 'doubts'])
			.where('partition_key', '=', partition)
			.where('account_id', 'in', chunk)
			.execute();
		for (const row of rows) {
			const known = found.get(row.account_id) ?? new Map<string, Standing>();
			found.set(row.account_id, known.set(row.send_key, standingOf(row, now)));
		}
	}
	return found;
}

export async function leftBehind(
	{ db, partition }: Scope,
	journey: string,
	limit: number,
	now: Date,
): Promise<readonly LeftBehind[]> {
	const rows = await db
		.selectFrom('sends')
		.select(['send_key', 'account_id', 'step'])
		.where('partition_key', '=', partition)
		.where('journey', '=', journey)
		.where('lease_until', '<=', now.getTime())
		.where(sql<boolean>`state in ('reserved', 'failed', 'claimed', 'unknown')`)
		.where((eb) => mayBeRepeated(eb, now))
		.orderBy('lease_until')
		.limit(limit)
		.execute();
	return rows.map((row) => ({ key: row.send_key, accountId: row.account_id, step: row.step }));
}

interface StandingRow {
	readonly state: SendState;
	readonly category: MessageCategory;
	readonly lease_until: number;
	readonly emissions: number;
	readonly doubts: number;
}

/** The same as `mayBeRepeated` says in SQL. */
function standingOf(row: StandingRow, now: Date): Standing {
	const { state, category, emissions, doubts } = row;
	const hasLease = row.lease_until > now.getTime();
	const repeatable = emissions > 0 ? ('repeatable' as const) : ('put_off' as const);
	switch (state) {
		case 'sent':
		case 'emitted':
			return { state: 'settled', hasReached: true };
		case 'suppressed':
			return { state: 'settled', hasReached: false };
		case 'reserved':
			if (hasLease) return { state: 'under_way', hasReached: true };
			return { state: repeatable, hasReached: false };
		case 'failed':
			return { state: hasLease ? 'under_way' : repeatable, hasReached: false };
		case 'claimed':
		case 'unknown':
			if (hasLease && state === 'claimed') return { state: 'under_way', hasReached: true };
			return category === 'transactional' && doubts < TRANSACTIONAL_REPEATS && !hasLease
				? { state: 'repeatable', hasReached: true }
				: { state: 'settled', hasReached: true };
	}
}

/** What was given out and came to nothing, so that it is given out again. */
export function mayBeRepeated(eb: ExpressionBuilder<Tables, 'sends'>, now: Date) {
	return eb.and([
		eb('sends.lease_until', '<=', now.getTime()),
		eb.or([
			eb('sends.state', 'in', ['reserved', 'failed']),
			eb.and([
				eb('sends.state', 'in', ['claimed', 'unknown']),
				eb('sends.category', '=', 'transactional'),
				eb('sends.doubts', '<', TRANSACTIONAL_REPEATS),
			]),
		]),
	]);
}
