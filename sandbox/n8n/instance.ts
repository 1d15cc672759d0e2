import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runNpm } from '../setup/npm.cjs';
import { killGroup, spawnOwned } from '../setup/processes.cjs';
import { connect, type N8nClient, type Owner } from './client.ts';
import { run } from './commands.ts';
import { freePort } from './ports.ts';
import type { Runtime } from './runtime.ts';

export interface InstanceOptions {
	readonly runtime: Runtime;
	/** n8n's user folder: database, settings and community packages go below it. */
	readonly folder: string;
	/** Any free port when left out. */
	readonly port?: number;
	/** Added to the environment of n8n and its commands. */
	readonly env?: Readonly<Record<string, string>>;
	readonly owner?: Owner;
}

/** A credential as `n8n import:credentials` takes it. */
export interface CredentialImport {
	readonly id: string;
	readonly name: string;
	readonly type: string;
	readonly data: Readonly<Record<string, unknown>>;
}

/** A real n8n of our own: its folder, its process, and the way to talk to it. */
export interface Instance {
	readonly url: string;
	readonly owner: Owner;
	readonly folder: string;
	/** Everything that n8n and its commands print. */
	readonly logFile: string;
	/** Installs a packed community package as n8n's own installer does. Before `start`. */
	installPackage(tarball: string): Promise<void>;
	importCredentials(credentials: readonly CredentialImport[]): Promise<void>;
	/** Same id replaces; credentials are bound by type and name. Arrives switched off: see `N8nClient.publish`. */
	importWorkflows(workflows: readonly unknown[]): Promise<void>;
	/** Resolves when n8n serves requests and all published workflows are on. */
	start(): Promise<N8nClient>;
	/** Lets n8n finish what runs, within a bound. */
	stop(): Promise<void>;
	/** Ends n8n without warning, as a power cut would. */
	kill(): Promise<void>;
	restart(): Promise<N8nClient>;
	isRunning(): boolean;
	log(): Promise<string>;
}

export const SANDBOX_OWNER: Owner = {
	email: 'owner@example.com',
	password: 'Sandbox-2026',
	firstName: 'Sandbox',
	lastName: 'Owner',
};

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

/** Prepares the folder of an instance; nothing runs yet. */
export async function createInstance(options: InstanceOptions): Promise<Instance> {
	const { runtime, owner = SANDBOX_OWNER } = options;
	const folder = resolve(options.folder);
	const home = join(folder, '.n8n');
	const logFile = join(folder, 'n8n.log');
	const port = options.port ?? (await freePort());
	const url = `http://127.0.0.1:${port}`;
	const env = { ...environment(runtime, folder, port), ...options.env };
	let current: ChildProcess | undefined;

	await mkdir(home, { recursive: true });
	await writeFile(logFile, '');

	async function command(...args: string[]) {
		const output = await run(runtime.nodePath, [...n8nOf(runtime), ...args], { cwd: folder, env });
		await writeFile(logFile, output, { flag: 'a' });
	}

	async function importFile(kind: 'credentials' | 'workflow', content: unknown) {
		const scratch = await mkdtemp(join(folder, 'import-'));
		try {
			const file = join(scratch, `${kind}.json`);
			await writeFile(file, JSON.stringify(content), { mode: 0o600 });
			await command(`import:${kind}`, `--input=${file}`);
		} finally {
			await rm(scratch, { recursive: true, force: true });
		}
	}

	async function start(): Promise<N8nClient> {
		if (current) throw new Error('This n8n runs already.');
		const log = openSync(logFile, 'a');
		const child = spawnOwned(runtime.nodePath, [...n8nOf(runtime), 'start'], {
			cwd: folder,
			env: { ...env, N8N_RUNNERS_BROKER_PORT: String(await freePort()) },
			stdio: ['ignore', log, log, 'ipc'],
		});
		closeSync(log);
		current = child;
		child.once('exit', () => (current = undefined));
		const deadline = Date.now() + START_TIMEOUT_MS;
		while (!(await isServing(url))) {
			if (!current || Date.now() > deadline) {
				killGroup(child, 'SIGKILL');
				const last = (await readFile(logFile, 'utf8')).trim().split('\n').slice(-15).join('\n');
				throw new Error(
					`n8n ${current ? `was not ready after ${START_TIMEOUT_MS / 1000} s` : 'ended while starting'}. Its last words (all in ${logFile}):\n${last}`,
				);
			}
			await delay(POLL_MS);
		}
		const client = await connect(url, owner);
		await client.settlePublications();
		return client;
	}

	async function end(signal: 'SIGTERM' | 'SIGKILL') {
		const child = current;
		if (!child) return;
		const gone = once(child, 'exit');
		if (signal === 'SIGKILL') killGroup(child, 'SIGKILL');
		else child.kill('SIGTERM');
		const timer = setTimeout(() => killGroup(child, 'SIGKILL'), STOP_TIMEOUT_MS);
		await gone;
		clearTimeout(timer);
	}

	return {
		url,
		owner,
		folder,
		logFile,
		installPackage: async (tarball) => await installPackage(join(home, 'nodes'), tarball, logFile),
		importCredentials: async (credentials) => await importFile('credentials', credentials),
		importWorkflows: async (workflows) => await importFile('workflow', workflows),
		start,
		stop: async () => await end('SIGTERM'),
		kill: async () => await end('SIGKILL'),
		restart: async () => {
			await end('SIGTERM');
			return await start();
		},
		isRunning: () => current !== undefined,
		log: async () => await readFile(logFile, 'utf8'),
	};
}

/** Whatever it is asked to do, n8n does not outlive the process that asked. */
function n8nOf({ n8nPath }: Runtime): string[] {
	return ['--require', resolve('sandbox/n8n/end-with-parent.cjs'), n8nPath];
}

/**
 * n8n strips peer and development dependencies from the manifest and installs what is left without
 * scripts; with these flags npm does the same to a tarball. A fresh folder, so nothing of an older
 * build stays.
 */
async function installPackage(nodesFolder: string, tarball: string, logFile: string) {
	await rm(nodesFolder, { recursive: true, force: true });
	await mkdir(nodesFolder, { recursive: true });
	await writeFile(
		join(nodesFolder, 'package.json'),
		JSON.stringify({ name: 'installed-nodes', private: true, dependencies: {} }),
	);
	await runNpm(
		[
			'install',
			'--ignore-scripts',
			'--install-strategy=shallow',
			'--omit=peer',
			'--omit=dev',
			'--legacy-peer-deps',
			'--no-audit',
			'--no-fund',
			tarball,
		],
		{ cwd: nodesFolder, logFile },
	);
}

/** `/healthz` answers too early; this one waits for the database and its migrations. */
async function isServing(url: string): Promise<boolean> {
	try {
		return (await fetch(`${url}/healthz/readiness`, { signal: AbortSignal.timeout(2_000) })).ok;
	} catch {
		return false;
	}
}

/**
 * A short list instead of the whole environment: variables of another n8n on this machine must not
 * leak into the sandbox.
 */
function environment(runtime: Runtime, folder: string, port: number): Record<string, string> {
	const inherited = ['HOME', 'USER', 'LANG', 'LC_ALL', 'TMPDIR', 'SystemRoot', 'TEMP'];
	return {
		...Object.fromEntries(
			inherited.flatMap((name) => {
				const value = process.env[name];
				return value === undefined ? [] : [[name, value]];
			}),
		),
		PATH: runtime.path,
		N8N_USER_FOLDER: folder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}`,
		WEBHOOK_URL: `http://127.0.0.1:${port}/`,
		// Plain HTTP on the loopback address only.
		N8N_SECURE_COOKIE: 'false',
		N8N_ENCRYPTION_KEY: 'sandbox-only-not-a-secret',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		GENERIC_TIMEZONE: 'UTC',
		// Nothing calls home, and nothing that the sandbox does not show is loaded.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_DISABLED_MODULES: 'mcp,mcp-registry,instance-ai,chat-hub,insights,quick-connect',
		N8N_LOG_LEVEL: 'info',
	};
}
