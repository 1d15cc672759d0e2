import { randomBytes } from 'node:crypto';
import { sql, type Kysely, type Transaction } from 'kysely';
import { Failure } from '../failure.ts';
import { serialised, type Database } from './database.ts';
import { addDeliveryFailures } from './delivery-failures.ts';
import { createEventPeople } from './event-people.ts';
import { createFirstTables } from './first-tables.ts';
import { addFootingColumn } from './footing-column.ts';
import { addJourneyColumns } from './journey-columns.ts';
import { addSubscriptionEndColumn } from './subscription-end-column.ts';
import { createToldFacts } from './told-facts-table.ts';
import type { Tables } from './tables.ts';

type Migration = (transaction: Transaction<Tables>, kind: Database['kind']) => Promise<void>;

/** The first one leads to version 1. Applied ones are history: append, never change. */
const MIGRATIONS: readonly Migration[] = [
	async (transaction, kind) => {
		await createFirstTables(transaction, kind);
		await transaction
			.insertInto('settings')
			.values({ name: 'pepper', value: randomBytes(32).toString('hex') })
			.execute();
	},
	createToldFacts,
	addJourneyColumns,
	addFootingColumn,
	addSubscriptionEndColumn,
	addDeliveryFailures,
	createEventPeople,
];

/** Brings the tables up to date, once, however many processes start together; all of it or nothing. */
export async function migrate(database: Database, schema: string | null): Promise<void> {
	if (await isUpToDate(database, schema)) return;
	await serialised(database, 'migrate', 'alone', async (transaction) => {
		if (schema !== null) await createSchema(transaction, schema);
		await transaction.schema
			.createTable('migrations')
			.ifNotExists()
			.addColumn('version', 'integer', (column) => column.primaryKey())
			.addColumn('applied_at', 'bigint', (column) => column.notNull())
			.execute();
		const version = await versionOf(transaction);
		for (const [index, migration] of MIGRATIONS.entries()) {
			if (index >= version) await apply(transaction, migration, index + 1, database.kind);
		}
	});
}

/** The usual case: looks without taking a lock. */
async function isUpToDate({ kind, db }: Database, schema: string | null): Promise<boolean> {
	const found =
		kind === 'postgres'
			? sql`select 1 from pg_tables where schemaname = ${schema} and tablename = 'migrations'`
			: sql`select 1 from sqlite_master where type = 'table' and name = 'migrations'`;
	const { rows } = await found.execute(db);
	return rows.length > 0 && (await versionOf(db)) === MIGRATIONS.length;
}

async function versionOf(db: Kysely<Tables>): Promise<number> {
	const { version } = await db
		.selectFrom('migrations')
		.select((eb) => eb.fn.max('version').as('version'))
		.executeTakeFirstOrThrow();
	if (version > MIGRATIONS.length) throw newerStore(version);
	return version ?? 0;
}

async function apply(
	transaction: Transaction<Tables>,
	migration: Migration,
	version: number,
	kind: Database['kind'],
): Promise<void> {
	await migration(transaction, kind);
	await transaction.insertInto('migrations').values({ version, applied_at: Date.now() }).execute();
}

/** Asked first, because Postgres checks the right to create a schema even where one exists. */
async function createSchema(transaction: Transaction<Tables>, schema: string): Promise<void> {
	const found = await sql`select 1 from pg_namespace where nspname = ${schema}`.execute(
		transaction,
	);
	if (found.rows.length === 0) await transaction.schema.createSchema(schema).execute();
}

function newerStore(version: number): Failure {
	return new Failure(
		`The lifecycle store was made by a newer release of this package (version ${version}, this release knows ${MIGRATIONS.length})`,
		{
			code: 'store_too_new',
			hint: 'Update the package n8n-nodes-saas-lifecycle on this n8n.',
		},
	);
}
