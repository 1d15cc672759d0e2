import type { ExpressionBuilder } from 'kysely';
import type { Account } from '../../lifecycle/account.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import { toAccount, toColumns } from './account-row.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Scope } from './database.ts';
import type { AccountsTable, Tables } from './tables.ts';

export interface AccountQuery {
	readonly stages?: readonly Stage[];
	readonly plan?: string;
	readonly trialEndsFrom?: Date;
	readonly trialEndsBefore?: Date;
	/** Not active since then; people who never were count from their sign-up. */
	readonly inactiveSince?: Date;
	/** By a date other than the creation, only accounts that have this date are listed. */
	readonly sortBy?: 'createdAt' | 'trialEndsAt' | 'signedUpAt' | 'lastActiveAt';
	readonly direction?: 'asc' | 'desc';
	readonly limit: number;
	/** `nextCursor` of the page before, with the same sort. */
	readonly cursor?: string;
}

export interface AccountPage {
	readonly accounts: readonly Account[];
	/** Null on the last page. */
	readonly nextCursor: string | null;
}

export type Anchor =
	| 'signedUpAt'
	| 'trialStartedAt'
	| 'trialEndsAt'
	| 'lapsedAt'
	| 'canceledAt'
	| 'subscriptionEndsAt'
	| 'failingSince';

export interface DueQuery {
	readonly anchor: Anchor;
	/** Included. */
	readonly from: Date;
	/** Not included. */
	readonly to: Date;
	readonly stages?: readonly Stage[];
	/** Only accounts on this test clock, or with null those on none; without it all. */
	readonly testClockId?: string | null;
	/** Leaves out accounts for which this step of this journey, at this very anchor, was claimed before. */
	readonly notYetClaimed?: { readonly journey: string; readonly step: string };
	readonly limit: number;
	/** Where the last batch ended: pass its last account. */
	readonly after?: Account;
}

const ANCHOR_COLUMNS = {
	signedUpAt: 'signed_up_at',
	trialStartedAt: 'trial_started_at',
	trialEndsAt: 'trial_ends_at',
	lapsedAt: 'lapsed_at',
	canceledAt: 'canceled_at',
	subscriptionEndsAt: 'subscription_ends_at',
	failingSince: 'failing_since',
} as const satisfies Record<Anchor, keyof AccountsTable>;

const SORT_COLUMNS = {
	createdAt: 'created_at',
	trialEndsAt: 'trial_ends_at',
	signedUpAt: 'signed_up_at',
	lastActiveAt: 'last_active_at',
} as const satisfies Record<NonNullable<AccountQuery['sortBy']>, keyof AccountsTable>;

export async function list({ db, partition }: Scope, query: AccountQuery): Promise<AccountPage> {
	const { sortBy = 'createdAt', direction = 'asc', limit } = query;
	const column = SORT_COLUMNS[sortBy];
	let select = db
		.selectFrom('accounts')
		.select(['account', 'account_id', `${column} as sorted_at`])
		.where('partition_key', '=', partition)
		.where(column, 'is not', null)
		.where((eb) => eb.and(conditionsOf(eb, query)))
		.orderBy(column, direction)
		.orderBy('account_id', direction)
		.limit(limit + 1);
	if (query.cursor !== undefined) {
		const [sortedAt, accountId] = decodeCursor(query.cursor);
		const side = direction === 'asc' ? '>' : '<';
		select = select.where((eb) =>
			eb(eb.refTuple(column, 'account_id'), side, eb.tuple(sortedAt, accountId)),
		);
	}
	const rows = await select.execute();
	const page = rows.slice(0, limit);
	const last = page.at(-1);
	const hasMore = rows.length > limit && last !== undefined;
	return {
		accounts: page.map(toAccount),
		nextCursor: hasMore ? encodeCursor([last.sorted_at ?? 0, last.account_id]) : null,
	};
}

function conditionsOf(eb: ExpressionBuilder<Tables, 'accounts'>, query: AccountQuery) {
	const { stages, plan, trialEndsFrom, trialEndsBefore, inactiveSince } = query;
	return [
		...(stages ? [eb('stage', 'in', stages)] : []),
		...(plan !== undefined ? [eb('plan', '=', plan)] : []),
		...(trialEndsFrom ? [eb('trial_ends_at', '>=', trialEndsFrom.getTime())] : []),
		...(trialEndsBefore ? [eb('trial_ends_at', '<', trialEndsBefore.getTime())] : []),
		...(inactiveSince
			? [
					eb(
						eb.fn.coalesce('last_active_at', 'signed_up_at', 'created_at'),
						'<',
						inactiveSince.getTime(),
					),
				]
			: []),
	];
}

export async function due({ db, partition }: Scope, query: DueQuery): Promise<readonly Account[]> {
	const { anchor, from, to, stages, testClockId, notYetClaimed, limit, after } = query;
	const column = ANCHOR_COLUMNS[anchor];
	let select = db
		.selectFrom('accounts')
		.select('account')
		.where('partition_key', '=', partition)
		.where(column, '>=', from.getTime())
		.where(column, '<', to.getTime())
		.orderBy(column)
		.orderBy('account_id')
		.limit(limit);
	if (stages) select = select.where('stage', 'in', stages);
	if (testClockId === null) select = select.where('test_clock_id', 'is', null);
	else if (testClockId !== undefined) select = select.where('test_clock_id', '=', testClockId);
	if (notYetClaimed) {
		select = select.where((eb) =>
			eb.not(
				eb.exists(
					eb
						.selectFrom('sends')
						.select('sends.send_key')
						.whereRef('sends.partition_key', '=', 'accounts.partition_key')
						.where('sends.journey', '=', notYetClaimed.journey)
						.where('sends.step', '=', notYetClaimed.step)
						.whereRef('sends.account_id', '=', 'accounts.account_id')
						.whereRef('sends.anchor_at', '=', `accounts.${column}`),
				),
			),
		);
	}
	if (after) {
		const reached = toColumns(after)[column] ?? 0;
		select = select.where((eb) =>
			eb(eb.refTuple(column, 'account_id'), '>', eb.tuple(reached, after.accountId)),
		);
	}
	return (await select.execute()).map(toAccount);
}

export async function testClocks({ db, partition }: Scope): Promise<readonly string[]> {
	const rows = await db
		.selectFrom('accounts')
		.select('test_clock_id')
		.distinct()
		.where('partition_key', '=', partition)
		.where('test_clock_id', 'is not', null)
		.execute();
	return rows.flatMap((row) => row.test_clock_id ?? []);
}
