import { sql, type Kysely, type Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** An open database with our tables in it. */
export interface Database {
	readonly kind: 'sqlite' | 'postgres';
	readonly db: Kysely<Tables>;
	/** How long to wait for a lock. */
	readonly patienceMs: number;
}

/** One partition of it: what every table's functions are made of. */
export interface Scope extends Database {
	readonly partition: string;
}

/** `alone`: no other transaction with the same name runs meanwhile. `shared`: only others that share. */
export type Company = 'alone' | 'shared';

/**
 * A transaction that keeps others of its name away, in all processes. SQLite has one writer anyway; Postgres
 * holds an advisory lock until the end: https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
 */
export async function serialised<T>(
	{ kind, db, patienceMs }: Database,
	name: string,
	company: Company,
	work: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
	return await db.transaction().execute(async (transaction) => {
		if (kind === 'postgres') await lock(transaction, name, company, patienceMs);
		return await work(transaction);
	});
}

async function lock(
	transaction: Transaction<Tables>,
	name: string,
	company: Company,
	patienceMs: number,
): Promise<void> {
	const key = sql`hashtextextended(${`saas-lifecycle/${name}`}, 0)`;
	const take = company === 'alone' ? sql`pg_advisory_xact_lock` : sql`pg_advisory_xact_lock_shared`;
	// Set for this transaction and before the lock is asked for, in one round trip.
	const patience = sql`select set_config('lock_timeout', ${`${patienceMs}ms`}, true)`;
	await sql`with patience as materialized (${patience}) select ${take}(${key}) from patience`.execute(
		transaction,
	);
}
