import { chunksOf } from './chunks.ts';
import type { Scope } from './database.ts';
import { fromJson } from './json.ts';
import type { TimelineEntry } from './timeline.ts';

/** What a report wants to know beside the accounts themselves, for many of them in a few statements. */
export type CohortSigns = (
	accountIds: readonly string[],
	query: CohortQuery,
) => Promise<ReadonlyMap<string, AccountSigns>>;

export interface CohortQuery {
	readonly milestone?: string;
	/** Which messages count for `firstSentAt`; without it all do. */
	readonly journey?: string;
	/** Of the timeline, entries of these kinds. */
	readonly kinds: readonly string[];
}

export interface AccountSigns {
	readonly milestoneAt: Date | null;
	readonly firstSentAt: Date | null;
	/** Oldest first. */
	readonly entries: ReadonlyArray<Pick<TimelineEntry, 'kind' | 'at' | 'data'>>;
	readonly sends: ReadonlyArray<{
		readonly state: string;
		readonly reason: string | null;
		readonly count: number;
	}>;
}

export function createCohortSigns(scope: Scope): CohortSigns {
	return async (accountIds, query) => {
		const found = await Promise.all(
			chunksOf(accountIds).map(async (chunk) => await signsOf(scope, chunk, query)),
		);
		return new Map(found.flat());
	};
}

async function signsOf(
	scope: Scope,
	accountIds: readonly string[],
	query: CohortQuery,
): Promise<Array<[string, AccountSigns]>> {
	const [milestones, sends, firstSends, entries] = await Promise.all([
		milestonesOf(scope, accountIds, query),
		sendsOf(scope, accountIds),
		firstSendsOf(scope, accountIds, query),
		entriesOf(scope, accountIds, query),
	]);
	return accountIds.map((accountId) => [
		accountId,
		{
			milestoneAt: milestones.get(accountId) ?? null,
			firstSentAt: firstSends.get(accountId) ?? null,
			entries: entries.get(accountId) ?? [],
			sends: sends.get(accountId) ?? [],
		},
	]);
}

async function milestonesOf(
	{ db, partition }: Scope,
	accountIds: readonly string[],
	{ milestone }: CohortQuery,
) {
	if (milestone === undefined) return new Map<string, Date>();
	const rows = await db
		.selectFrom('milestones')
		.select(['account_id', 'reached_at'])
		.where('partition_key', '=', partition)
		.where('account_id', 'in', accountIds)
		.where('milestone', '=', milestone)
		.execute();
	return new Map(rows.map((row) => [row.account_id, new Date(row.reached_at)]));
}

async function sendsOf({ db, partition }: Scope, accountIds: readonly string[]) {
	const rows = await db
		.selectFrom('sends')
		.select((eb) => ['account_id', 'state', 'reason', eb.fn.countAll<number>().as('count')])
		.where('partition_key', '=', partition)
		.where('account_id', 'in', accountIds)
		.groupBy(['account_id', 'state', 'reason'])
		.execute();
	return byAccount(rows.map(({ account_id, ...send }) => [account_id, send]));
}

async function firstSendsOf(
	{ db, partition }: Scope,
	accountIds: readonly string[],
	{ journey }: CohortQuery,
) {
	let select = db
		.selectFrom('sends')
		.select((eb) => ['account_id', eb.fn.min<number>('claimed_at').as('at')])
		.where('partition_key', '=', partition)
		.where('account_id', 'in', accountIds)
		.where('state', '=', 'sent')
		.groupBy('account_id');
	if (journey !== undefined) select = select.where('journey', '=', journey);
	const rows = await select.execute();
	return new Map(rows.map((row) => [row.account_id, new Date(row.at)]));
}

async function entriesOf(
	{ db, partition }: Scope,
	accountIds: readonly string[],
	{ kinds }: CohortQuery,
) {
	const rows = await db
		.selectFrom('timeline')
		.select(['account_id', 'kind', 'at', 'data'])
		.where('partition_key', '=', partition)
		.where('account_id', 'in', accountIds)
		.where('kind', 'in', kinds)
		.orderBy('at')
		.orderBy('id')
		.execute();
	return byAccount(
		rows.map(({ account_id, kind, at, data }) => [
			account_id,
			{
				kind,
				at: new Date(at),
				data: data === null ? {} : (fromJson(data) as Record<string, unknown>),
			},
		]),
	);
}

function byAccount<T>(
	pairs: ReadonlyArray<readonly [string, T]>,
): ReadonlyMap<string, readonly T[]> {
	const grouped = new Map<string, T[]>();
	for (const [accountId, value] of pairs) {
		const known = grouped.get(accountId);
		if (known) known.push(value);
		else grouped.set(accountId, [value]);
	}
	return grouped;
}
