import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import {
	openStore,
	type LifecycleStore,
	type StoreLocation,
} from '../../../services/store/index.ts';
import { hasPostgres, startPostgres, type PostgresServer } from '../../support/postgres.ts';

export interface TestDatabase {
	/** A place where no store has been. */
	freshLocation(): StoreLocation;
	/** An empty store there, closed after the tests. */
	freshStore(): Promise<LifecycleStore>;
	/** Holds, from outside, what the store needs to write this account. Gives the way to let go. */
	lockAccount(
		location: StoreLocation,
		partition: string,
		accountId: string,
	): Promise<() => Promise<void>>;
}

/** The same tests on SQLite and on a real Postgres. */
export function onBothDatabases(define: (database: TestDatabase) => void): void {
	describe('on SQLite', () => define(withSqlite()));
	if (hasPostgres()) {
		describe('on Postgres', () => define(withPostgres()));
	} else {
		const why = `No Postgres for ${process.platform}-${process.arch} is installed: tests on Postgres are skipped`;
		process.stderr.write(`${why}\n`);
		describe.skip(why, () => define(withPostgres()));
	}
}

export function withSqlite(): TestDatabase {
	const folder = mkdtempSync(join(tmpdir(), 'lifecycle-store-'));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));
	let stores = 0;
	return withStores(() => ({ kind: 'sqlite', file: join(folder, `${stores++}.sqlite`) }));
}

function withPostgres(): TestDatabase {
	let server: PostgresServer | undefined;
	let stores = 0;
	beforeAll(async () => {
		server = await startPostgres();
	}, 60_000);
	afterAll(async () => await server?.stop());
	return withStores(() => {
		if (!server) throw new Error('Postgres runs only inside tests');
		const schema = `Store "${stores++}"`;
		return { kind: 'postgres', connection: { ...server.connection, schema } };
	});
}

function withStores(freshLocation: () => StoreLocation): TestDatabase {
	const opened: LifecycleStore[] = [];
	afterAll(async () => {
		for (const store of opened) await store.close();
	});
	return {
		freshLocation,
		lockAccount,
		async freshStore() {
			const store = await openStore(freshLocation());
			opened.push(store);
			return store;
		},
	};
}

async function lockAccount(
	location: StoreLocation,
	partition: string,
	accountId: string,
): Promise<() => Promise<void>> {
	if (location.kind === 'sqlite') {
		const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
		const file = new DatabaseSync(location.file);
		file.exec('begin immediate');
		return async () => file.close();
	}
	const client = new pg.Client(location.connection);
	await client.connect();
	await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [
		`saas-lifecycle/account/${partition}/${accountId}`,
	]);
	return async () => await client.end();
}
