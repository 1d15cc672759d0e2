import { closeSync, mkdirSync, openSync } from 'node:fs';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
	type CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	type Driver,
	type QueryResult,
} from 'kysely';
import { explainSqlite, isLocked } from './sqlite-errors.ts';

/** How long a statement blocks the process before it steps aside and tries again later. */
const BLOCKING_WAIT_MS = 50;
const CACHED_STATEMENTS = 200;

/** SQLite as Node.js brings it along: no add-on to compile, nothing to install. https://nodejs.org/api/sqlite.html */
export function sqliteDialect(file: string, patienceMs: number): Dialect {
	return {
		createAdapter: () => new SqliteAdapter(),
		createDriver: () => createDriver(file, patienceMs),
		createIntrospector: (db) => new SqliteIntrospector(db),
		createQueryCompiler: () => new SqliteQueryCompiler(),
	};
}

/** Kysely's own driver begins transactions as readers, which in WAL mode fail when they turn into writers. */
function createDriver(file: string, patienceMs: number): Driver {
	let connection: SqliteConnection | undefined;
	const run = async (statement: string) => await connection?.run(statement);
	return {
		async init() {
			connection = await openConnection(file, patienceMs);
		},
		async acquireConnection() {
			return connection as SqliteConnection;
		},
		async beginTransaction() {
			await run('begin immediate');
		},
		async commitTransaction() {
			await run('commit');
		},
		async rollbackTransaction() {
			// A full disk makes SQLite roll back by itself.
			if (connection?.isInTransaction()) await run('rollback');
		},
		async releaseConnection() {},
		async destroy() {
			connection?.close();
		},
	};
}

interface SqliteConnection extends DatabaseConnection {
	run(statement: string): Promise<void>;
	isInTransaction(): boolean;
	close(): void;
}

async function openConnection(file: string, patienceMs: number): Promise<SqliteConnection> {
	const patiently = <T>(work: () => T) => whenUnlocked(work, file, patienceMs);
	const database = await patiently(() => openDatabase(file));
	const prepare = statementCache(database);
	return {
		executeQuery: async <R>(query: CompiledQuery): Promise<QueryResult<R>> =>
			await patiently(() => execute<R>(prepare(query.sql), query.parameters)),
		streamQuery: () => {
			throw new Error('Streaming is not used: pages are read by keyset');
		},
		run: async (statement) => await patiently(() => database.exec(statement)),
		isInTransaction: () => database.isTransaction,
		close: () => database.close(),
	};
}

function openDatabase(file: string): DatabaseSync {
	createPrivately(file);
	const database = new (sqlite().DatabaseSync)(file, { timeout: BLOCKING_WAIT_MS });
	// FULL: a claim that was won survives a power cut, not only a kill. SECURE_DELETE: an erased person is gone
	// from the file, not only from its tables.
	database.exec(`
		pragma journal_mode = wal;
		pragma synchronous = full;
		pragma journal_size_limit = 67108864;
		pragma secure_delete = on;
		pragma cache_size = -16000;
	`);
	return database;
}

/** It holds personal data. SQLite gives its side files the same permissions. */
function createPrivately(file: string): void {
	mkdirSync(dirname(file), { recursive: true });
	closeSync(openSync(file, 'a', 0o600));
}

/** Not imported: a Node.js without it still has to load this file for its Postgres neighbour. */
function sqlite() {
	return process.getBuiltinModule('node:sqlite');
}

/** Kysely writes the same SQL for the same question, so a few statements serve nearly everything. */
function statementCache(database: DatabaseSync): (sql: string) => StatementSync {
	const cached = new Map<string, StatementSync>();
	return (sql) => {
		const known = cached.get(sql);
		if (known) return known;
		const statement = database.prepare(sql);
		const [oldest] = cached.keys();
		if (oldest !== undefined && cached.size >= CACHED_STATEMENTS) cached.delete(oldest);
		cached.set(sql, statement);
		return statement;
	};
}

function execute<R>(statement: StatementSync, parameters: readonly unknown[]): QueryResult<R> {
	const values = parameters as readonly SQLInputValue[];
	if (statement.columns().length > 0) return { rows: statement.all(...values) as R[] };
	const { changes } = statement.run(...values);
	return { rows: [], numAffectedRows: BigInt(changes) };
}

/**
 * Waits for other processes without holding up this one. What is locked has not begun, so trying again is
 * safe: a transaction takes the write lock first thing.
 */
async function whenUnlocked<T>(work: () => T, file: string, patienceMs: number): Promise<T> {
	const deadline = Date.now() + patienceMs;
	for (;;) {
		try {
			return work();
		} catch (error) {
			if (!isLocked(error) || Date.now() > deadline) throw explainSqlite(error, file);
		}
		await sleep(10 + Math.random() * 40);
	}
}
