import type { Scope } from './database.ts';
import { hashOf } from './trial-hashes.ts';

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
