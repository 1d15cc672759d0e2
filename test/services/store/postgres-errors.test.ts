import type { Failure } from '../../../services/failure.ts';
import type { PostgresConnection } from '../../../services/store/location.ts';
import { openStore } from '../../../services/store/index.ts';
import { explainPostgres } from '../../../services/store/postgres-errors.ts';
import { hasPostgres, startPostgres, type PostgresServer } from '../../support/postgres.ts';

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
