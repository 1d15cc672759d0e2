import type { Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Version 2. */
export async function createToldFacts({ schema }: Transaction<Tables>): Promise<void> {
	await schema
		.createTable('told_facts')
		.addColumn('partition_key', 'text', (column) => column.notNull())
		.addColumn('consumer', 'text', (column) => column.notNull())
		.addColumn('fact_key', 'text', (column) => column.notNull())
		.addColumn('event_id', 'text', (column) => column.notNull())
		.addColumn('told_at', 'bigint', (column) => column.notNull())
		.addPrimaryKeyConstraint('told_facts_key', ['partition_key', 'consumer', 'fact_key'])
		.execute();
	await schema
		.createIndex('told_facts_by_told_at')
		.on('told_facts')
		.columns(['partition_key', 'told_at'])
		.execute();
}
