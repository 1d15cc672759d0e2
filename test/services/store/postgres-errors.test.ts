import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Failure } from '../../../services/failure.ts';
import type { PostgresConnection } from '../../../services/store/location.ts';
import { openStore, type IncomingEvent } from '../../../services/store/index.ts';
import { explainPostgres } from '../../../services/store/postgres-errors.ts';
import {
	canMountForPostgres,
	hasPostgres,
	startPostgres,
	type PostgresServer,
} from '../../support/postgres.ts';

const connection: PostgresConnection = {
	host: 'db.example',
	port: 5432,
	database: 'n8n',
	user: 'n8n',
	password: 'top-secret',
};

const withCode = (code: string) =>
	Object.assign(new Error('Key (email)=(ann@example.com)'), { code });

describe('explainPostgres', () => {
	it.each([
		['a full disk', withCode('53100'), 'store_full'],
		['a deadlock', withCode('40P01'), 'store_locked'],
		['a statement that took too long', withCode('57014'), 'store_locked'],
		['a replica', withCode('25006'), 'store_read_only'],
		['no right', withCode('42501'), 'store_read_only'],
		['too many connections', withCode('53300'), 'store_busy'],
		['a server that shuts down', withCode('57P01'), 'store_unreachable'],
		['a name that does not resolve', withCode('ENOTFOUND'), 'store_unreachable'],
		['a cut connection', new Error('Connection terminated unexpectedly'), 'store_unreachable'],
	])('%s', (_, error, code) => {
		const failure = explainPostgres(error, connection) as Failure;
		expect(failure.message).toContain('(db.example:5432)');
		expect(failure.details).toMatchObject({ code, hint: expect.any(String) });
		expect(JSON.stringify([failure.message, failure.details, failure.cause])).not.toMatch(
			/top-secret|ann@example/,
		);
	});

	it('leaves what it does not know', () => {
		const error = new Error('odd');
		expect(explainPostgres(error, connection)).toBe(error);
		expect(explainPostgres('odd', connection)).toBe('odd');
	});
});

(hasPostgres() ? describe : describe.skip)('a Postgres that cannot be used', () => {
	let server: PostgresServer;
	beforeAll(async () => {
		server = await startPostgres();
	}, 60_000);
	afterAll(async () => await server.stop());

	it.each<[string, Partial<PostgresConnection>, string]>([
		['a wrong password', { password: 'wrong' }, 'store_login_refused'],
		['no such database', { database: 'nowhere' }, 'store_unreachable'],
		['a closed port', { port: 1 }, 'store_unreachable'],
	])('%s', async (_, wrong, code) => {
		const opening = openStore({ kind: 'postgres', connection: { ...server.connection, ...wrong } });
		await expect(opening).rejects.toMatchObject({ details: { code } });
	});
});

const CAN_MOUNT = hasPostgres() && canMountForPostgres();
const NO_SMALL_DISK =
	'This machine lets no test mount a disk for Postgres: a full one is not tested';
if (!CAN_MOUNT) process.stderr.write(`${NO_SMALL_DISK}\n`);

(CAN_MOUNT ? describe : describe.skip)('a Postgres whose disk is full', () => {
	const NOW = new Date('2026-04-01T12:00:00Z');
	let folder: string;
	let server: PostgresServer;
	let admin: pg.Client;

	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), 'lifecycle-small-disk-'));
		server = await startPostgres({ folder, megabytes: 24 });
		admin = new pg.Client(server.connection);
		await admin.connect();
		// Only the tables are on the small disk: without room for its log no Postgres runs at all.
		await admin.query(`copy (select 1) to program 'mkdir ${folder}/tables'`);
		await admin.query(`create tablespace small location '${folder}/tables'`);
		await admin.query('alter database lifecycle set default_tablespace = small');
	}, 60_000);
	afterAll(async () => {
		await admin.end();
		await server.stop();
		rmSync(folder, { recursive: true, force: true });
	});

	let events = 0;
	/** About a megabyte that does not let itself be packed. */
	const someEvents = () =>
		Array.from({ length: 50 }, (): IncomingEvent => ({
			...{ id: `evt_${events++}`, type: 'any', accountKey: 'cus_1', createdAt: NOW, via: 'pull' },
			payload: { letter: randomBytes(15_000).toString('base64') },
		}));

	it('says so, keeps what was stored, and takes the same again when there is room', async () => {
		const client = new pg.Client(server.connection);
		await client.connect();
		await client.query(
			'create table ballast as select md5(random()::text) from generate_series(1, 60000)',
		);
		await client.end();
		const store = await openStore({ kind: 'postgres', connection: server.connection });
		const { inbox } = store.partition({ workspace: 'default', mode: 'test' });
		await inbox.subscribe('trigger', { types: ['any'], from: NOW });

		let stored = 0;
		let refused: readonly IncomingEvent[] = [];
		let failure: unknown;
		while (!failure) {
			refused = someEvents();
			await inbox.receive(refused, NOW).then(
				({ length }) => (stored += length),
				(error: unknown) => (failure = error),
			);
		}
		expect(failure).toMatchObject({
			message: expect.stringContaining('no room left on the disk') as string,
			details: {
				code: 'store_full',
				hint: expect.stringMatching(/Free some disk space/) as string,
			},
		});
		expect(stored).toBeGreaterThan(0);
		expect(await inbox.counts('trigger')).toMatchObject({ pending: stored });

		await admin.query('drop table ballast');
		await admin.query('checkpoint');
		expect(await inbox.receive(refused, NOW)).toHaveLength(refused.length);
		expect(await inbox.counts('trigger')).toMatchObject({ pending: stored + refused.length });
		await store.close();
	}, 60_000);
});
