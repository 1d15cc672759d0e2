import { canonicalEmail } from '../../lifecycle/email.ts';
import type { Scope } from './database.ts';

/** Every account of one mailbox, however the address is written; oldest first. */
export type AccountIdsOf = (email: string) => Promise<readonly string[]>;

export function createAccountIdsOf({ db, partition }: Scope): AccountIdsOf {
	return async (email) => {
		const rows = await db
			.selectFrom('accounts')
			.select(['account_id', 'created_at'])
			.where('partition_key', '=', partition)
			.where('canonical_email', '=', canonicalEmail(email))
			.execute();
		// Sorted here for the same reason as in `accounts.find`.
		rows.sort((one, other) => one.created_at - other.created_at);
		return rows.map(({ account_id }) => account_id);
	};
}
