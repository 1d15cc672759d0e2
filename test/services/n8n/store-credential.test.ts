import type { ICredentialsDecrypted, ICredentialTestFunctions } from 'n8n-workflow';
import { lifecycleStoreTest } from '../../../services/n8n/store-credential.ts';
import type { PostgresConnection } from '../../../services/store/index.ts';
import { hasPostgres, startPostgres, type PostgresServer } from '../../support/postgres.ts';

async function test(data: Partial<PostgresConnection>) {
	const credential = { id: '1', name: 'Store', type: 'lifecycleStoreApi', data };
	return await lifecycleStoreTest.call(
		{} as ICredentialTestFunctions,
		credential as unknown as ICredentialsDecrypted,
	);
}

describe('the test of the store credential', () => {
	it('says that nobody answers, and where', async () => {
		const nowhere = { host: '127.0.0.1', port: 9, database: 'x', user: 'x', password: 'geheim' };
		const { status, message } = await test({ ...nowhere, tls: 'off' });
		expect(status).toBe('Error');
		expect(message).toMatch(/does not answer \(127\.0\.0\.1:9\)\. Check host, port and TLS/);
		expect(message).not.toContain('geheim');
	});

	(hasPostgres() ? describe : describe.skip)('against a Postgres', () => {
		let server: PostgresServer;
		beforeAll(async () => {
			server = await startPostgres();
		}, 60_000);
		afterAll(async () => await server.stop());

		it('is content with an empty database', async () => {
			const credential = { ...server.connection, tls: 'off' } as const;
			expect(await test(credential)).toEqual({ status: 'OK', message: 'Connection successful' });
		});

		it.each<[string, Partial<PostgresConnection>, RegExp]>([
			['user', { user: 'nobody' }, /refused the login.*Check user and password/],
			['password', { password: 'geheim' }, /refused the login.*Check user and password/],
			['database', { database: 'nowhere' }, /database of the lifecycle store does not exist/],
			['TLS', { tls: 'verify' }, /does not support SSL/],
		])('says what is wrong: %s', async (_name, wrong, message) => {
			const { status, message: said } = await test({ ...server.connection, tls: 'off', ...wrong });
			expect(status).toBe('Error');
			expect(said).toMatch(message);
			expect(said).not.toContain('geheim');
		});
	});
});
