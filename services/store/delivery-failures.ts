import { sql, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/**
 * What parks a delivery is counted apart from how often it was handed out, and whose events are on their way is
 * found by an index of their own, which stays small. What older versions counted together starts at none.
 */
export async function addDeliveryFailures({ schema }: Transaction<Tables>): Promise<void> {
	await schema
		.alterTable('event_deliveries')
		.addColumn('failures', 'integer', (column) => column.notNull().defaultTo(0))
		.execute();
	await schema
		.createIndex('event_deliveries_running')
		.on('event_deliveries')
		.columns(['partition_key', 'consumer', 'account_key'])
		.where(sql<boolean>`state = 'running'`)
		.execute();
}
