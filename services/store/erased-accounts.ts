import type { Scope } from './database.ts';
import { hashing, hashOf } from './trial-hashes.ts';

/** When this account was erased for the last time, null when it never was. */
export async function erasedAt(scope: Scope, accountId: string): Promise<Date | null> {
	const row = await scope.db
		.selectFrom('erasures')
		.select('erased_at')
		.where('partition_key', '=', scope.partition)
		.where('account_hash', '=', await hashOf(scope, 'account', accountId))
		.executeTakeFirst();
	return row ? new Date(row.erased_at) : null;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Those of whom nothing may be written down: they were erased, and nothing new has begun since. */
export async function forgottenAmong(
	scope: Scope,
	accountIds: Iterable<string>,
): Promise<ReadonlySet<string>> {
	const { db, partition } = scope;
	if (!(await hasErasures(scope))) return NOBODY;
	const hash = await hashing(scope, 'account');
	const ids = new Map([...accountIds].map((accountId) => [hash(accountId), accountId]));
	const erased = await db
		.selectFrom('erasures')
		.select('account_hash')
		.where('partition_key', '=', partition)
		.where('account_hash', 'in', [...ids.keys()])
		.execute();
	const forgotten = new Set(erased.flatMap((row) => ids.get(row.account_hash) ?? []));
	if (forgotten.size === 0) return forgotten;
	const returned = await db
		.selectFrom('accounts')
		.select('account_id')
		.where('partition_key', '=', partition)
		.where('account_id', 'in', [...forgotten])
		.execute();
	for (const { account_id } of returned) forgotten.delete(account_id);
	return forgotten;
}

async function hasErasures({ db, partition }: Scope): Promise<boolean> {
	const first = await db
		.selectFrom('erasures')
		.select('erased_at')
		.where('partition_key', '=', partition)
		.limit(1)
		.executeTakeFirst();
	return first !== undefined;
}

export async function rememberErasure(scope: Scope, accountId: string, now: Date): Promise<void> {
	const erased_at = now.getTime();
	await scope.db
		.insertInto('erasures')
		.values({
			partition_key: scope.partition,
			account_hash: await hashOf(scope, 'account', accountId),
			erased_at,
		})
		.onConflict((conflict) =>
			conflict.columns(['partition_key', 'account_hash']).doUpdateSet({ erased_at }),
		)
		.execute();
}
