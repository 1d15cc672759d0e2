import { join } from 'node:path';
import { Failure } from '../failure.ts';

/** Where a store lives. */
export type StoreLocation = (
	| { readonly kind: 'sqlite'; readonly file: string }
	| { readonly kind: 'postgres'; readonly connection: PostgresConnection }
) & {
	/** How long to wait for a lock that another process holds, before that is an error. */
	readonly patienceMs?: number;
};

/** What the credential `lifecycleStoreApi` holds. */
export interface PostgresConnection {
	readonly host: string;
	readonly port: number;
	readonly database: string;
	readonly user: string;
	readonly password: string;
	/** `verify` checks the server's certificate, `encrypt` takes any. */
	readonly tls?: 'off' | 'encrypt' | 'verify';
	/** Schema of our tables, made if it is missing. */
	readonly schema?: string;
	readonly maxConnections?: number;
}

export const DEFAULT_SCHEMA = 'saas_lifecycle';
const SQLITE_FILE = 'saas-lifecycle.sqlite';

export interface StoreSituation {
	/** Null when the operator chose no database of their own. */
	readonly credential: PostgresConnection | null;
	/** n8n's own folder, `~/.n8n` by default. */
	readonly userFolder: string;
	/** `EXECUTIONS_MODE=queue`: executions run in other processes, perhaps on other machines. */
	readonly isQueueMode: boolean;
}

/** The database that the operator chose, else the file that needs no choice. Throws where that file cannot work. */
export function storeLocation(situation: StoreSituation): StoreLocation {
	const { credential, userFolder, isQueueMode } = situation;
	if (credential) return { kind: 'postgres', connection: credential };
	if (isQueueMode) {
		throw new Failure('n8n runs in queue mode, where the built-in store is not safe to use', {
			code: 'store_needs_postgres',
			hint: 'Create a credential "Lifecycle Store API" with a Postgres database that the main process and all workers reach, and select it in this node.',
		});
	}
	if (!hasBuiltInSqlite()) {
		throw new Failure(`Node.js ${process.version} cannot open the built-in store`, {
			code: 'store_needs_newer_node',
			hint: 'Run n8n on Node.js 22.13 or newer, or create a credential "Lifecycle Store API" with a Postgres database and select it in this node.',
		});
	}
	return { kind: 'sqlite', file: join(userFolder, SQLITE_FILE) };
}

/** https://nodejs.org/api/process.html#processgetbuiltinmoduleid is itself newer than Node 20.0. */
function hasBuiltInSqlite(): boolean {
	return process.getBuiltinModule?.('node:sqlite') !== undefined;
}
