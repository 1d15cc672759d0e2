import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
	cp,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rename,
	rm,
	statfs,
	writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { requireRegistry, runNpm } from '../setup/npm.cjs';
import { run } from './commands.ts';
import { withLock } from './lock.ts';

/** An installed n8n and the Node that runs it. */
export interface Runtime {
	readonly home: string;
	readonly nodePath: string;
	/** The script behind the `n8n` command. */
	readonly n8nPath: string;
	/** `node`, `npm` scripts and `n8n` of the runtime come first on this PATH. */
	readonly path: string;
}

export interface RuntimeProgress {
	readonly phase: string;
	/** A figure that moves, such as "812 of 2342 packages". */
	readonly detail?: string;
}

/** What the installation does; a test puts in steps that take no minutes. */
export interface InstallSteps {
	readonly install: (folder: string, logFile: string, report: Report) => Promise<void>;
	/** Throws when what lies in the folder does not work. */
	readonly prove: (folder: string) => Promise<void>;
}

export interface RuntimeOptions {
	readonly onProgress?: (progress: RuntimeProgress) => void;
	/** Where package.json and package-lock.json of the runtime lie. */
	readonly manifestFolder?: string;
	readonly cacheFolder?: string;
	readonly steps?: InstallSteps;
	readonly neededBytes?: number;
	/** How long the lock of another start may go without a sign of life. */
	readonly lockPatienceMs?: number;
}

type Report = (progress: RuntimeProgress) => void;

const MARKER = '.complete';
const NEEDED_BYTES = 4_000_000_000;

/**
 * The n8n of the sandbox, the tests and CI: installed once per user, then shared. A folder counts only
 * with its marker, which is written last, so an interrupted installation is never taken for a good one.
 */
export async function ensureRuntime(options: RuntimeOptions = {}): Promise<Runtime> {
	const {
		onProgress: report = () => {},
		manifestFolder = join(sandboxFolder(), 'n8n', 'runtime'),
		cacheFolder = userCacheFolder(),
		steps = npmSteps,
		neededBytes = NEEDED_BYTES,
		lockPatienceMs,
	} = options;
	const home = join(cacheFolder, await runtimeKey(manifestFolder));
	if (isComplete(home)) return toRuntime(home);

	await mkdir(cacheFolder, { recursive: true });
	await withLock(`${home}.lock`, {
		onWait: () => report({ phase: 'Waiting for another start that installs n8n' }),
		isDone: () => isComplete(home),
		...(lockPatienceMs === undefined ? {} : { staleAfterMs: lockPatienceMs }),
		run: async () => {
			await removeLeftovers(home);
			await requireSpace(cacheFolder, neededBytes);
			const staging = await mkdtemp(`${home}.installing-`);
			try {
				for (const name of ['package.json', 'package-lock.json']) {
					await cp(join(manifestFolder, name), join(staging, name));
				}
				await steps.install(staging, join(cacheFolder, 'install.log'), report);
				await steps.prove(staging);
				await writeFile(join(staging, MARKER), `${new Date().toISOString()}\n`);
				await moveIntoPlace(staging, home);
			} catch (error) {
				// A rival that took over the lock clears away what it takes for a leftover; its work is as good.
				if (!isComplete(home)) throw error;
			} finally {
				await rm(staging, { recursive: true, force: true });
			}
		},
	});
	return toRuntime(home);
}

/** Same lock file, same Node line, same platform: same runtime. */
async function runtimeKey(manifestFolder: string): Promise<string> {
	const lock = await readFile(join(manifestFolder, 'package-lock.json'));
	const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12);
	const { packages } = JSON.parse(lock.toString('utf8')) as Lock;
	const nodeMajor = packages['node_modules/node']?.version?.split('.')[0] ?? 'unknown';
	return `n8n-${hash}-node${nodeMajor}-${process.platform}-${process.arch}`;
}

interface Lock {
	readonly packages: Readonly<
		Record<string, { readonly version?: string; readonly os?: unknown; readonly cpu?: unknown }>
	>;
}

/** `XDG_CACHE_HOME`, else `~/.cache`: https://specifications.freedesktop.org/basedir-spec/latest/ */
export function userCacheFolder(): string {
	return join(
		process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'),
		'n8n-nodes-saas-lifecycle',
	);
}

/** Jest runs this file as CommonJS, so `import.meta` is not at hand: all commands start at the root. */
function sandboxFolder(): string {
	return resolve('sandbox');
}

function isComplete(home: string): boolean {
	return existsSync(join(home, MARKER));
}

function toRuntime(home: string): Runtime {
	const bin = join(home, 'node_modules', '.bin');
	return {
		home,
		nodePath: join(bin, process.platform === 'win32' ? 'node.exe' : 'node'),
		n8nPath: join(home, 'node_modules', 'n8n', 'bin', 'n8n'),
		path: [bin, process.env['PATH']].join(delimiter),
	};
}

/** Another start may have been faster; a folder without a marker is one that nobody will finish. */
async function moveIntoPlace(staging: string, home: string) {
	try {
		await rename(staging, home);
	} catch (error) {
		if (!existsSync(home)) throw error;
		if (isComplete(home)) return;
		const broken = `${staging}.broken`;
		await rename(home, broken);
		await rename(staging, home);
		await rm(broken, { recursive: true, force: true });
	}
}

async function removeLeftovers(home: string) {
	const folder = dirname(home);
	const prefix = `${home.slice(folder.length + 1)}.installing-`;
	for (const name of await readdir(folder)) {
		if (name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true });
	}
}

async function requireSpace(folder: string, neededBytes: number) {
	const { bavail, bsize } = await statfs(folder);
	const freeBytes = bavail * bsize;
	if (freeBytes >= neededBytes) return;
	throw new Error(
		`n8n needs about ${inGigabytes(neededBytes)} in ${folder}, but only ${inGigabytes(freeBytes)} are free. ` +
			'Free some space, or point XDG_CACHE_HOME to a bigger disk, and start again.',
	);
}

function inGigabytes(bytes: number): string {
	return `${(bytes / 1e9).toFixed(1)} GB`;
}

const npmSteps: InstallSteps = {
	/**
	 * No install script runs but the two that are needed: one package of n8n has a script that downloads
	 * or compiles a driver for Kafka, which nobody needs here.
	 */
	install: async (folder, logFile, report) => {
		const phase = 'Installing n8n (once per user, some minutes)';
		report({ phase });
		await requireRegistry({ cwd: folder, logFile });
		const count = await packageCounter(folder);
		const timer = setInterval(() => {
			const { found, all } = count();
			report({ phase, detail: `${found} of ${all} packages` });
		}, 1000);
		try {
			await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, logFile });
		} finally {
			clearInterval(timer);
		}

		report({ phase: 'Installing Node for n8n' });
		await runNpm(['rebuild', 'node', '--ignore-scripts=false'], { cwd: folder, logFile });

		report({ phase: 'Preparing the database driver of n8n (some minutes where it is compiled)' });
		const headers = await nodeHeadersFolder(folder);
		await runNpm(['rebuild', 'sqlite3', '--ignore-scripts=false'], {
			cwd: folder,
			logFile,
			env: {
				...process.env,
				PATH: toRuntime(folder).path,
				JOBS: 'max',
				...(headers ? { npm_config_nodedir: headers } : {}),
			},
		});
	},
	prove: async (folder) => {
		const { nodePath } = toRuntime(folder);
		const script =
			"const { Database } = require('sqlite3'); new Database(':memory:').get('select 42 as answer', " +
			'(error, row) => { if (error) throw error; process.stdout.write(String(row.answer)); });';
		const answer = await run(nodePath, ['-e', script], { cwd: folder });
		if (answer !== '42') throw new Error(`The SQLite driver of n8n does not work: ${answer}`);
	},
};

/** The package `node` brings the headers of its own version, so nothing has to be downloaded to compile. */
async function nodeHeadersFolder(folder: string): Promise<string | null> {
	const parent = join(folder, 'node_modules', 'node', 'node_modules');
	for (const name of await readdir(parent)) {
		if (existsSync(join(parent, name, 'include', 'node', 'node_api.h'))) return join(parent, name);
	}
	return null;
}

/** npm makes all folders first and fills them later: a package is there when its package.json is. */
async function packageCounter(folder: string) {
	const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as Lock;
	const missing = new Set(
		Object.entries(lock.packages)
			.filter(([path, { os, cpu }]) => path !== '' && !os && !cpu)
			.map(([path]) => path),
	);
	const all = missing.size;
	return () => {
		for (const path of missing) {
			if (existsSync(join(folder, path, 'package.json'))) missing.delete(path);
		}
		return { found: all - missing.size, all };
	};
}
