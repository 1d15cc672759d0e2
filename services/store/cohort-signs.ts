import { chunksOf } from './chunks.ts';
import type { Scope } from './database.ts';
import { fromJson } from './json.ts';

/** What a report wants to know beside the accounts themselves, for many of them in a few statements. */
export type CohortSigns = (
	accountIds: readonly string[],
	query: CohortQuery,
) => Promise<ReadonlyMap<string, AccountSigns>>;

export interface CohortQuery {
	readonly milestone?: string;
	/** Which messages count for `firstSentAt`; without it all do. */
	readonly journey?: string;
	/** The kind of timeline entry whose first one is wanted. */
	readonly kind: string;
}

export interface AccountSigns {
	readonly milestoneAt: Date | null;
	readonly firstSentAt: Date | null;
	readonly firstEntry: {
		readonly at: Date;
		readonly data: Readonly<Record<string, unknown>>;
	} | null;
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
			firstEntry: entries.get(accountId) ?? null,
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
	const byAccount = new Map<string, Array<AccountSigns['sends'][number]>>();
	for (const { account_id, ...send } of rows) {
		byAccount.set(account_id, [...(byAccount.get(account_id) ?? []), send]);
	}
	return byAccount;
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
	{ kind }: CohortQuery,
) {
	const rows = await db
		.selectFrom('timeline')
		.select(['account_id', 'at', 'data'])
		.where('partition_key', '=', partition)
		.where('account_id', 'in', accountIds)
		.where('kind', '=', kind)
		// Of several entries of one account the first one stays in the map.
		.orderBy('at', 'desc')
		.orderBy('id', 'desc')
		.execute();
	return new Map(
		rows.map((row) => [
			row.account_id,
			{
				at: new Date(row.at),
				data: row.data === null ? {} : (fromJson(row.data) as Record<string, unknown>),
			},
		]),
	);
}
