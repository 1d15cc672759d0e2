import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../sandbox/n8n/commands.ts';
import { ensureRuntime } from '../sandbox/n8n/runtime.ts';
import { showProgress } from '../sandbox/n8n/show-progress.ts';
import { killGroup, onEndRequested, spawnOwned } from '../sandbox/setup/processes.cjs';
import { createProgress } from '../sandbox/setup/progress.cjs';

/** A network with this machine alone in it, where Stripe's name leads to this machine. */
export interface OwnNetwork {
	/** For `NODE_EXTRA_CA_CERTS`: who has it believes the stand-in to be Stripe. */
	readonly certFile: string;
	readonly cert: Buffer;
	readonly key: Buffer;
}

export const STRIPE_HOST = 'api.stripe.com';

const INSIDE = 'BENCH_NETWORK_FOLDER';
const HOSTS = `127.0.0.1 localhost ${STRIPE_HOST}\n`;
const ENTER = 'ip link set lo up && mount --bind "$0" /etc/hosts && exec "$@"';

/**
 * Runs the bench again inside a network namespace, because n8n's own nodes know one host only. There it calls
 * `main` with the network; where namespaces are not permitted it says so, and calls it with null.
 */
export async function inOwnNetwork(main: (network: OwnNetwork | null) => Promise<void>) {
	const inside = process.env[INSIDE];
	if (inside !== undefined) return await main(await networkIn(inside));
	// From inside nothing could be downloaded.
	await ensureRuntime({ onProgress: showProgress(createProgress()) });
	const folder = await mkdtemp(join(tmpdir(), 'bench-network-'));
	try {
		const obstacle = await prepare(folder);
		if (obstacle === null) {
			process.exitCode = await runInside(folder);
			return;
		}
		process.stderr.write(`n8n's built-in nodes cannot reach the stand-in here: ${obstacle}\n`);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	await main(null);
}

/** Null when everything is ready, else what stands in the way. */
async function prepare(folder: string): Promise<string | null> {
	if (process.platform !== 'linux') return 'network namespaces are of Linux';
	try {
		await writeFile(join(folder, 'hosts'), HOSTS);
		const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
		const subject = [
			'-subj',
			'/CN=Stripe stand-in',
			'-addext',
			`subjectAltName=DNS:${STRIPE_HOST}`,
		];
		const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
		await run('openssl', ['req', '-x509', '-days', '2', ...kind, ...subject, ...files]);
		await run('unshare', entering(folder, ['true']));
		return null;
	} catch (error) {
		return (error as Error).message;
	}
}

function entering(folder: string, command: readonly string[]): string[] {
	const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
	return ['--net', '--mount', ...asRoot, 'sh', '-c', ENTER, join(folder, 'hosts'), ...command];
}

async function runInside(folder: string): Promise<number> {
	const node = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
	const bench = spawnOwned('unshare', entering(folder, node), {
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
		env: { ...process.env, [INSIDE]: folder },
	});
	const ended = new Promise<number>((resolve, reject) => {
		bench.once('error', reject);
		bench.once('exit', (code) => resolve(code ?? 1));
	});
	onEndRequested(async () => {
		killGroup(bench, 'SIGTERM');
		await ended;
	});
	return await ended;
}

async function networkIn(folder: string): Promise<OwnNetwork> {
	const certFile = join(folder, 'cert.pem');
	const [cert, key] = await Promise.all([readFile(certFile), readFile(join(folder, 'key.pem'))]);
	return { certFile, cert, key };
}
