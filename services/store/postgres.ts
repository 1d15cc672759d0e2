import { PostgresDialect, type Dialect } from 'kysely';
import pg from 'pg';
import type { PostgresConnection } from './location.ts';
import { explainPostgres } from './postgres-errors.ts';

const MAX_CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 10_000;
const INT8_OID = 20;

export function postgresDialect(connection: PostgresConnection): Dialect {
	const explained = async <T>(work: Promise<T>): Promise<T> =>
		await work.catch((error: unknown) => {
			throw explainPostgres(error, connection);
		});
	const pool = createPool(connection);
	return new PostgresDialect({
		pool: {
			options: pool.options,
			connect: async () => await explained(pool.connect()),
			end: async () => await pool.end(),
		},
		onCreateConnection: async (client) => {
			const executeQuery = client.executeQuery.bind(client);
			client.executeQuery = async (query, options) => await explained(executeQuery(query, options));
		},
	});
}

function createPool(connection: PostgresConnection): pg.Pool {
	const { host, port, database, user, password, tls = 'off' } = connection;
	const pool = new pg.Pool({
		host,
		port,
		database,
		user,
		password,
		ssl: tls === 'off' ? false : { rejectUnauthorized: tls === 'verify' },
		max: connection.maxConnections ?? MAX_CONNECTIONS,
		connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
		application_name: 'n8n-nodes-saas-lifecycle',
		keepAlive: true,
		allowExitOnIdle: true,
		types: { getTypeParser },
	});
	// The pool drops a connection that died while idle; unheard, the event would end n8n.
	pool.on('error', () => {});
	return pool;
}

/** Instants and counters stay far below 2^53, so they come as numbers, as from SQLite. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
	return oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format ?? 'text');
}
