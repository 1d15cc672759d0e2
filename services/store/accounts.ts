import type { ExpressionBuilder, Insertable } from 'kysely';
import {
	changesBetween,
	isOfErasedLife,
	mergeFacts,
	type Account,
	type AccountFacts,
	type FieldChange,
} from '../../lifecycle/account.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import type { Stage } from '../../lifecycle/stage.ts';
import { chunksOf } from './chunks.ts';
import { serialised, type Scope } from './database.ts';
import { erasedAt } from './erased-accounts.ts';
import { fromJson, toJson } from './json.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { AccountsTable, Tables } from './tables.ts';

export interface Accounts {
	/** Joins what was learnt to what is known; older facts never overwrite newer ones. */
	upsert(facts: AccountFacts, now: Date): Promise<UpsertResult>;
	/** The same for several: on SQLite they share one commit, for which this process stands still. */
	upsertAll(all: readonly LearntFacts[]): Promise<readonly UpsertResult[]>;
	get(accountId: string): Promise<Account | null>;
	/** Those of them that there are, in a few statements. */
	getAll(accountIds: readonly string[]): Promise<readonly Account[]>;
	/** The account that this sign belongs to, the youngest where several do. */
	find(sign: AccountSign): Promise<Account | null>;
	list(query: AccountQuery): Promise<AccountPage>;
	/** Accounts whose anchor lies in a window, oldest anchor first: cost grows with the window, not with all accounts. */
	due(query: DueQuery): Promise<readonly Account[]>;
	/** Test clocks that accounts stand on. */
	testClocks(): Promise<readonly string[]>;
}

export interface LearntFacts {
	readonly facts: AccountFacts;
	readonly now: Date;
}

export interface UpsertResult {
	/** `erased`: the person asked to be forgotten and nothing new has begun since, so nothing was stored. */
	readonly outcome: 'created' | 'changed' | 'unchanged' | 'erased';
	readonly account: Account;
	readonly changes: readonly FieldChange[];
}

export type AccountSign =
	| { readonly email: string }
	| { readonly customerId: string }
	| { readonly subscriptionId: string }
	| { readonly contactId: string };

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

export function createAccounts(scope: Scope): Accounts {
	return {
		upsert: async (facts, now) => await upsert(scope, facts, now),
		upsertAll: async (all) => await upsertAll(scope, all),
		get: async (accountId) => await get(scope, accountId),
		getAll: async (accountIds) => await getAll(scope, accountIds),
		find: async (sign) => await find(scope, sign),
		list: async (query) => await list(scope, query),
		due: async (query) => await due(scope, query),
		testClocks: async () => await testClocks(scope),
	};
}

async function upsert(scope: Scope, facts: AccountFacts, now: Date): Promise<UpsertResult> {
	const name = `account/${scope.partition}/${facts.accountId}`;
	return await serialised(
		scope,
		name,
		'alone',
		async (db) => await upsertWithin({ ...scope, db }, facts, now),
	);
}

async function upsertAll(
	scope: Scope,
	all: readonly LearntFacts[],
): Promise<readonly UpsertResult[]> {
	// A lock on many accounts at once would only make others wait.
	if (scope.kind === 'postgres') {
		return await Promise.all(all.map(async ({ facts, now }) => await upsert(scope, facts, now)));
	}
	return await scope.db.transaction().execute(async (db) => {
		const results: UpsertResult[] = [];
		for (const { facts, now } of all) {
			results.push(await upsertWithin({ ...scope, db }, facts, now));
		}
		return results;
	});
}

async function upsertWithin(scope: Scope, facts: AccountFacts, now: Date): Promise<UpsertResult> {
	const { db, partition } = scope;
	const { accountId } = facts;
	const known = await get(scope, accountId);
	const account = mergeFacts(known, facts, now);
	if (!known) {
		const forgotten = await erasedAt(scope, accountId);
		if (forgotten && isOfErasedLife(facts, forgotten)) {
			return { outcome: 'erased', account, changes: [] };
		}
		const created_at = now.getTime();
		await db
			.insertInto('accounts')
			.values({ ...toRow(scope, account, now), created_at })
			.execute();
		return { outcome: 'created', account, changes: [] };
	}
	await db
		.updateTable('accounts')
		.set(toRow(scope, account, now))
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.execute();
	const changes = changesBetween(known, account);
	return { outcome: changes.length > 0 ? 'changed' : 'unchanged', account, changes };
}

async function get({ db, partition }: Scope, accountId: string): Promise<Account | null> {
	const row = await db
		.selectFrom('accounts')
		.select('account')
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.executeTakeFirst();
	return row ? toAccount(row) : null;
}

async function getAll(
	{ db, partition }: Scope,
	accountIds: readonly string[],
): Promise<readonly Account[]> {
	const found: Account[] = [];
	for (const chunk of chunksOf(accountIds)) {
		const rows = await db
			.selectFrom('accounts')
			.select('account')
			.where('partition_key', '=', partition)
			.where('account_id', 'in', chunk)
			.execute();
		found.push(...rows.map(toAccount));
	}
	return found;
}

async function find({ db, partition }: Scope, sign: AccountSign): Promise<Account | null> {
	const [column, value] = searchedBy(sign);
	const rows = await db
		.selectFrom('accounts')
		.select(['account', 'created_at'])
		.where('partition_key', '=', partition)
		.where(column, '=', value)
		.execute();
	// Asked for the youngest, SQLite would go through all accounts by age instead of the few with this sign.
	const [youngest] = rows.sort((one, other) => other.created_at - one.created_at);
	return youngest ? toAccount(youngest) : null;
}

function searchedBy(sign: AccountSign) {
	if ('email' in sign) return ['canonical_email', canonicalEmail(sign.email)] as const;
	if ('customerId' in sign) return ['customer_id', sign.customerId] as const;
	if ('subscriptionId' in sign) return ['subscription_id', sign.subscriptionId] as const;
	return ['contact_id', sign.contactId] as const;
}

async function list({ db, partition }: Scope, query: AccountQuery): Promise<AccountPage> {
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

async function due({ db, partition }: Scope, query: DueQuery): Promise<readonly Account[]> {
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

async function testClocks({ db, partition }: Scope): Promise<readonly string[]> {
	const rows = await db
		.selectFrom('accounts')
		.select('test_clock_id')
		.distinct()
		.where('partition_key', '=', partition)
		.where('test_clock_id', 'is not', null)
		.execute();
	return rows.flatMap((row) => row.test_clock_id ?? []);
}

function toAccount({ account }: { account: string }): Account {
	return fromJson(account) as Account;
}

function toRow(
	scope: Scope,
	account: Account,
	now: Date,
): Omit<Insertable<AccountsTable>, 'created_at'> {
	return {
		partition_key: scope.partition,
		account_id: account.accountId,
		...toColumns(account),
		account: toJson(account),
		updated_at: now.getTime(),
	};
}

/** What an account is searched by. */
function toColumns(account: Account) {
	const { subscription } = account;
	return {
		canonical_email: account.email === null ? null : canonicalEmail(account.email),
		customer_id: account.customerId,
		subscription_id: subscription?.id ?? null,
		contact_id: account.contactId,
		stage: account.stage,
		plan: subscription?.plans[0]?.priceId ?? null,
		signed_up_at: millis(account.signedUpAt),
		last_active_at: millis(account.lastActiveAt),
		trial_started_at: millis(subscription?.trial?.startedAt),
		trial_ends_at: millis(subscription?.trial?.endsAt),
		lapsed_at: millis(account.lapsedAt),
		canceled_at: millis(subscription?.cancelRequestedAt ?? subscription?.endedAt),
		subscription_ends_at: millis(subscription?.endedAt ?? subscription?.cancelsAt),
		failing_since: millis(account.failingSince),
		test_clock_id: subscription?.testClockId ?? null,
	};
}

function millis(instant: Date | null | undefined): number | null {
	return instant?.getTime() ?? null;
}
