import { sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** What journeys ask by: whose time stands on a test clock, which steps came out, and what became of them. */
export async function addJourneyColumns(
	transaction: Transaction<Tables>,
	kind: 'sqlite' | 'postgres',
): Promise<void> {
	const { schema } = transaction;
	await schema.alterTable('accounts').addColumn('test_clock_id', 'text').execute();
	const clock =
		kind === 'postgres'
			? sql<string>`account::json -> 'subscription' ->> 'testClockId'`
			: sql<string>`json_extract(account, '$.subscription.testClockId')`;
	await transaction.updateTable('accounts').set({ test_clock_id: clock }).execute();
	await schema
		.createIndex('accounts_by_test_clock')
		.on('accounts')
		.columns(['partition_key', 'test_clock_id'])
		.where('test_clock_id', 'is not', null)
		.execute();

	await schema.alterTable('sends').addColumn('variant', 'text').execute();
	await schema
		.alterTable('sends')
		.addColumn('emissions', 'integer', (column) => column.notNull().defaultTo(0))
		.execute();
	await schema
		.createIndex('sends_left_behind')
		.on('sends')
		.columns(['partition_key', 'journey', 'lease_until'])
		.where(sql<boolean>`state in ('reserved', 'failed', 'claimed', 'unknown')`)
		.execute();
}
