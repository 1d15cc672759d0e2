import { sql, type ColumnDataType, type ColumnDefinitionBuilder, type Kysely } from 'kysely';
import type { Tables } from './tables.ts';

type Schema = Kysely<Tables>['schema'];
type Column = (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder;

/** A number that grows by itself, in the words of each database. */
interface Serial {
	readonly type: ColumnDataType;
	readonly growing: Column;
}

const SERIAL: Readonly<Record<'sqlite' | 'postgres', Serial>> = {
	sqlite: { type: 'integer', growing: (column) => column.primaryKey().autoIncrement() },
	postgres: { type: 'bigserial', growing: (column) => column.primaryKey() },
};

const required: Column = (column) => column.notNull();

/** Version 1. A table changes by a further migration, never here. */
export async function createFirstTables(
	{ schema }: Kysely<Tables>,
	kind: 'sqlite' | 'postgres',
): Promise<void> {
	await createSettings(schema);
	await createAccounts(schema);
	await createSends(schema);
	await createInbox(schema, SERIAL[kind]);
	await createRecords(schema, SERIAL[kind]);
	await createTracesOfErased(schema);
	await createWorkInProgress(schema);
}

async function createSettings(schema: Schema): Promise<void> {
	await schema
		.createTable('settings')
		.addColumn('name', 'text', (column) => column.primaryKey())
		.addColumn('value', 'text', required)
		.execute();
}

async function createAccounts(schema: Schema): Promise<void> {
	await schema
		.createTable('accounts')
		.addColumn('partition_key', 'text', required)
		.addColumn('account_id', 'text', required)
		.addColumn('canonical_email', 'text')
		.addColumn('customer_id', 'text')
		.addColumn('subscription_id', 'text')
		.addColumn('contact_id', 'text')
		.addColumn('stage', 'text', required)
		.addColumn('plan', 'text')
		.addColumn('signed_up_at', 'bigint')
		.addColumn('last_active_at', 'bigint')
		.addColumn('trial_started_at', 'bigint')
		.addColumn('trial_ends_at', 'bigint')
		.addColumn('lapsed_at', 'bigint')
		.addColumn('canceled_at', 'bigint')
		.addColumn('failing_since', 'bigint')
		.addColumn('account', 'text', required)
		.addColumn('created_at', 'bigint', required)
		.addColumn('updated_at', 'bigint', required)
		.addPrimaryKeyConstraint('accounts_key', ['partition_key', 'account_id'])
		.execute();
	await schema
		.createIndex('accounts_by_created_at')
		.on('accounts')
		.columns(['partition_key', 'created_at', 'account_id'])
		.execute();
	const searched = [
		'canonical_email',
		'customer_id',
		'subscription_id',
		'contact_id',
		'signed_up_at',
		'last_active_at',
		'trial_started_at',
		'trial_ends_at',
		'lapsed_at',
		'canceled_at',
		'failing_since',
	] as const;
	for (const column of searched) {
		await schema
			.createIndex(`accounts_by_${column}`)
			.on('accounts')
			.columns(['partition_key', column, 'account_id'])
			.where(column, 'is not', null)
			.execute();
	}
}

async function createSends(schema: Schema): Promise<void> {
	await schema
		.createTable('sends')
		.addColumn('partition_key', 'text', required)
		.addColumn('send_key', 'text', required)
		.addColumn('account_id', 'text', required)
		.addColumn('channel', 'text', required)
		.addColumn('category', 'text', required)
		.addColumn('journey', 'text')
		.addColumn('step', 'text')
		.addColumn('anchor_at', 'bigint')
		.addColumn('state', 'text', required)
		.addColumn('attempt', 'integer', required)
		.addColumn('doubts', 'integer', required)
		.addColumn('claimed_at', 'bigint', required)
		.addColumn('lease_until', 'bigint', required)
		.addColumn('settled_at', 'bigint')
		.addColumn('reason', 'text')
		.addColumn('message_id', 'text')
		.addColumn('execution_id', 'text')
		.addPrimaryKeyConstraint('sends_key', ['partition_key', 'send_key'])
		.execute();
	await schema
		.createIndex('sends_by_account')
		.on('sends')
		.columns(['partition_key', 'account_id', 'claimed_at'])
		.execute();
	await schema
		.createIndex('sends_by_step')
		.on('sends')
		.columns(['partition_key', 'journey', 'step', 'anchor_at', 'account_id'])
		.execute();
	await schema
		.createIndex('sends_by_lease')
		.on('sends')
		.columns(['partition_key', 'lease_until'])
		.where(sql<boolean>`state = 'claimed'`)
		.execute();
}

async function createInbox(schema: Schema, { type, growing }: Serial): Promise<void> {
	await schema
		.createTable('stripe_events')
		.addColumn('seq', type, growing)
		.addColumn('partition_key', 'text', required)
		.addColumn('event_id', 'text', required)
		.addColumn('type', 'text', required)
		.addColumn('account_key', 'text', required)
		.addColumn('created_at', 'bigint', required)
		.addColumn('received_at', 'bigint', required)
		.addColumn('via', 'text', required)
		.addColumn('payload', 'text', required)
		.addUniqueConstraint('stripe_events_key', ['partition_key', 'event_id'])
		.execute();
	await schema
		.createIndex('stripe_events_by_received_at')
		.on('stripe_events')
		.columns(['partition_key', 'received_at'])
		.execute();
	await schema
		.createIndex('stripe_events_by_account')
		.on('stripe_events')
		.columns(['partition_key', 'account_key'])
		.execute();

	await schema
		.createTable('event_consumers')
		.addColumn('partition_key', 'text', required)
		.addColumn('consumer', 'text', required)
		.addColumn('types', 'text', required)
		.addPrimaryKeyConstraint('event_consumers_key', ['partition_key', 'consumer'])
		.execute();

	await schema
		.createTable('event_deliveries')
		.addColumn('partition_key', 'text', required)
		.addColumn('consumer', 'text', required)
		.addColumn('event_id', 'text', required)
		.addColumn('seq', 'bigint', required)
		.addColumn('account_key', 'text', required)
		.addColumn('created_at', 'bigint', required)
		.addColumn('state', 'text', required)
		.addColumn('attempts', 'integer', required)
		.addColumn('due_at', 'bigint', required)
		.addColumn('error', 'text')
		.addColumn('settled_at', 'bigint')
		.addPrimaryKeyConstraint('event_deliveries_key', ['partition_key', 'consumer', 'event_id'])
		.execute();
	const isOpen = sql<boolean>`state in ('pending', 'running', 'retry')`;
	await schema
		.createIndex('event_deliveries_open')
		.on('event_deliveries')
		.columns(['partition_key', 'consumer', 'created_at', 'seq'])
		.where(isOpen)
		.execute();
	await schema
		.createIndex('event_deliveries_open_by_account')
		.on('event_deliveries')
		.columns(['partition_key', 'consumer', 'account_key', 'created_at', 'seq'])
		.where(isOpen)
		.execute();
	await schema
		.createIndex('event_deliveries_by_event')
		.on('event_deliveries')
		.columns(['partition_key', 'event_id'])
		.execute();
	await schema
		.createIndex('event_deliveries_parked')
		.on('event_deliveries')
		.columns(['partition_key', 'settled_at'])
		.where(sql<boolean>`state = 'parked'`)
		.execute();
}

async function createRecords(schema: Schema, { type, growing }: Serial): Promise<void> {
	await schema
		.createTable('access_changes')
		.addColumn('id', type, growing)
		.addColumn('partition_key', 'text', required)
		.addColumn('account_id', 'text', required)
		.addColumn('level', 'text', required)
		.addColumn('reason', 'text', required)
		.addColumn('billing_at', 'bigint', required)
		.addColumn('state', 'text', required)
		.addColumn('started_at', 'bigint', required)
		.addColumn('lease_until', 'bigint', required)
		.addColumn('settled_at', 'bigint')
		.addColumn('cause', 'text')
		.addColumn('execution_id', 'text')
		.addColumn('error', 'text')
		.execute();
	await schema
		.createIndex('access_changes_by_account')
		.on('access_changes')
		.columns(['partition_key', 'account_id', 'id'])
		.execute();

	await schema
		.createTable('milestones')
		.addColumn('partition_key', 'text', required)
		.addColumn('account_id', 'text', required)
		.addColumn('milestone', 'text', required)
		.addColumn('reached_at', 'bigint', required)
		.addPrimaryKeyConstraint('milestones_key', ['partition_key', 'account_id', 'milestone'])
		.execute();

	await schema
		.createTable('timeline')
		.addColumn('id', type, growing)
		.addColumn('partition_key', 'text', required)
		.addColumn('account_id', 'text', required)
		.addColumn('at', 'bigint', required)
		.addColumn('kind', 'text', required)
		.addColumn('source', 'text', required)
		.addColumn('entry_key', 'text')
		.addColumn('cause', 'text')
		.addColumn('execution_id', 'text')
		.addColumn('data', 'text')
		.addUniqueConstraint('timeline_key', ['partition_key', 'entry_key'])
		.execute();
	await schema
		.createIndex('timeline_by_account')
		.on('timeline')
		.columns(['partition_key', 'account_id', 'at', 'id'])
		.execute();
}

async function createTracesOfErased(schema: Schema): Promise<void> {
	await schema
		.createTable('trial_hashes')
		.addColumn('partition_key', 'text', required)
		.addColumn('hash', 'text', required)
		.addColumn('sign', 'text', required)
		.addColumn('ended_at', 'bigint', required)
		.addPrimaryKeyConstraint('trial_hashes_key', ['partition_key', 'hash'])
		.execute();

	await schema
		.createTable('erasures')
		.addColumn('partition_key', 'text', required)
		.addColumn('account_hash', 'text', required)
		.addColumn('erased_at', 'bigint', required)
		.addPrimaryKeyConstraint('erasures_key', ['partition_key', 'account_hash'])
		.execute();
}

async function createWorkInProgress(schema: Schema): Promise<void> {
	await schema
		.createTable('bookmarks')
		.addColumn('partition_key', 'text', required)
		.addColumn('name', 'text', required)
		.addColumn('value', 'text', required)
		.addColumn('updated_at', 'bigint', required)
		.addPrimaryKeyConstraint('bookmarks_key', ['partition_key', 'name'])
		.execute();

	await schema
		.createTable('leases')
		.addColumn('partition_key', 'text', required)
		.addColumn('name', 'text', required)
		.addColumn('holder', 'text', required)
		.addColumn('lease_until', 'bigint', required)
		.addPrimaryKeyConstraint('leases_key', ['partition_key', 'name'])
		.execute();
}
