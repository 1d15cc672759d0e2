import {
	changesBetween,
	isOfErasedLife,
	type Account,
	type AccountFacts,
	type FieldChange,
} from '../../lifecycle/account.ts';
import { learn } from '../../lifecycle/account-now.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import {
	due,
	list,
	testClocks,
	type AccountPage,
	type AccountQuery,
	type DueQuery,
} from './account-lists.ts';
import { toAccount, toRow } from './account-row.ts';
import { chunksOf } from './chunks.ts';
import { serialised, type Scope } from './database.ts';
import { erasedAt } from './erased-accounts.ts';

export interface Accounts {
	/**
	 * Joins what was learnt to what is known; older facts never overwrite newer ones. `now` is what time it is for the
	 * account: of one on a test clock, facts of billing come with the clock's.
	 */
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
	if (scope.kind === 'postgres') return await upsertEach(scope, all);
	return await scope.db.transaction().execute(async (db) => {
		const results: UpsertResult[] = [];
		for (const { facts, now } of all) {
			results.push(await upsertWithin({ ...scope, db }, facts, now));
		}
		return results;
	});
}

/** Side by side, but what is told of one account in the order in which it is told. */
async function upsertEach(
	scope: Scope,
	all: readonly LearntFacts[],
): Promise<readonly UpsertResult[]> {
	const lastOf = new Map<string, Promise<UpsertResult>>();
	const results = all.map(async ({ facts, now }) => {
		const before = lastOf.get(facts.accountId);
		const result = (async () => {
			await before;
			return await upsert(scope, facts, now);
		})();
		lastOf.set(facts.accountId, result);
		return await result;
	});
	return await Promise.all(results);
}

async function upsertWithin(scope: Scope, facts: AccountFacts, now: Date): Promise<UpsertResult> {
	const { db, partition } = scope;
	const { accountId } = facts;
	const known = await get(scope, accountId);
	const account = learn(known, facts, now);
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
