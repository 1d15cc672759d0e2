import { sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Journeys for people who have left count from the day on which they did, not from their asking. */
export async function addSubscriptionEndColumn(
	transaction: Transaction<Tables>,
	kind: 'sqlite' | 'postgres',
): Promise<void> {
	const { schema } = transaction;
	await schema.alterTable('accounts').addColumn('subscription_ends_at', 'bigint').execute();
	const instantOf = (field: 'endedAt' | 'cancelsAt') =>
		kind === 'postgres'
			? sql`(account::json -> 'subscription' -> ${sql.lit(field)} ->> '$instant')::bigint`
			: sql`json_extract(account, ${sql.lit(`$.subscription.${field}."$instant"`)})`;
	await transaction
		.updateTable('accounts')
		.set({
			subscription_ends_at: sql<
				number | null
			>`coalesce(${instantOf('endedAt')}, ${instantOf('cancelsAt')})`,
		})
		.execute();
	await schema
		.createIndex('accounts_by_subscription_ends_at')
		.on('accounts')
		.columns(['partition_key', 'subscription_ends_at', 'account_id'])
		.where('subscription_ends_at', 'is not', null)
		.execute();
}
