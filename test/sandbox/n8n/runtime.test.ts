import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureRuntime, type InstallSteps } from '../../../sandbox/n8n/runtime.ts';

describe('the cached n8n runtime', () => {
	let cacheFolder: string;
	let manifestFolder: string;

	beforeEach(async () => {
		cacheFolder = await mkdtemp(join(tmpdir(), 'runtime-cache-'));
		manifestFolder = await mkdtemp(join(tmpdir(), 'runtime-manifest-'));
		await writeFile(join(manifestFolder, 'package.json'), '{}');
		await writeLock('24.1.0');
	});

	afterEach(async () => {
		await rm(cacheFolder, { recursive: true });
		await rm(manifestFolder, { recursive: true });
	});

	async function writeLock(nodeVersion: string) {
		const lock = { packages: { 'node_modules/node': { version: nodeVersion } } };
		await writeFile(join(manifestFolder, 'package-lock.json'), JSON.stringify(lock));
	}

	function countingSteps(overrides: Partial<InstallSteps> = {}) {
		const installed: string[] = [];
		const steps: InstallSteps = {
			install: async (folder) => {
				installed.push(folder);
				await writeFile(join(folder, 'proof'), 'installed');
			},
			prove: async () => {},
			...overrides,
		};
		return { installed, steps };
	}

	const ensure = async (steps: InstallSteps) =>
		await ensureRuntime({ cacheFolder, manifestFolder, steps });

	it('installs once and then uses what is there', async () => {
		const { installed, steps } = countingSteps();
		const first = await ensure(steps);
		const second = await ensure(steps);
		expect(installed).toHaveLength(1);
		expect(second).toEqual(first);
		expect(await readFile(join(first.home, 'proof'), 'utf8')).toBe('installed');
		expect(first.n8nPath).toBe(join(first.home, 'node_modules', 'n8n', 'bin', 'n8n'));
	});

	it('keeps runtimes of different lock files apart', async () => {
		const { steps } = countingSteps();
		const first = await ensure(steps);
		await writeLock('25.0.0');
		const second = await ensure(steps);
		expect(second.home).not.toBe(first.home);
		expect(second.home).toContain('-node25-');
	});

	it.each<[string, Partial<InstallSteps>]>([
		['the installation', { install: async () => Promise.reject(new Error('cut off')) }],
		['the proof', { prove: async () => Promise.reject(new Error('cut off')) }],
	])('leaves nothing behind when %s fails, and starts over', async (_step, failing) => {
		await expect(ensure(countingSteps(failing).steps)).rejects.toThrow('cut off');
		expect(await readdir(cacheFolder)).toEqual([]);

		const { installed, steps } = countingSteps();
		await ensure(steps);
		expect(installed).toHaveLength(1);
	});

	it('replaces a folder that has no marker and clears half installations of killed starts', async () => {
		const { steps } = countingSteps();
		const { home } = await ensure(steps);
		await rm(join(home, '.complete'));
		await writeFile(join(home, 'proof'), 'half');
		await mkdir(`${home}.installing-1`);

		await ensure(steps);
		expect(await readFile(join(home, 'proof'), 'utf8')).toBe('installed');
		expect(await readdir(cacheFolder)).toEqual([home.slice(cacheFolder.length + 1)]);
	});

	it('lets one of two simultaneous starts install while the other waits', async () => {
		const phases: string[] = [];
		let finish = () => {};
		const otherWaits = new Promise<void>((resolve) => (finish = resolve));
		const { installed, steps } = countingSteps({ prove: async () => await otherWaits });
		const start = async () =>
			await ensureRuntime({
				cacheFolder,
				manifestFolder,
				steps,
				onProgress: ({ phase }) => {
					phases.push(phase);
					finish();
				},
			});
		const [first, second] = await Promise.all([start(), start()]);
		expect(first).toEqual(second);
		expect(installed).toHaveLength(1);
		expect(phases[0]).toMatch(/^Waiting for another start/);
	});

	it('survives a rival that installed while the lock was lost', async () => {
		const { installed, steps } = countingSteps();
		const rival = countingSteps();
		const { home } = await ensure({
			...steps,
			prove: async () => {
				await rm(lockOf(await readdir(cacheFolder)), { recursive: true });
				await ensure(rival.steps);
			},
		});
		expect([installed.length, rival.installed.length]).toEqual([1, 1]);
		expect(await readFile(join(home, 'proof'), 'utf8')).toBe('installed');

		function lockOf(names: string[]): string {
			return join(cacheFolder, names.find((name) => name.endsWith('.lock')) ?? '');
		}
	});

	it('names the place and the need when the disk is full', async () => {
		const { steps } = countingSteps();
		await expect(
			ensureRuntime({ cacheFolder, manifestFolder, steps, neededBytes: 1e18 }),
		).rejects.toThrow(/needs about .* GB in .*runtime-cache-/);
	});

	it('takes over a lock whose holder stopped renewing it', async () => {
		const { installed, steps } = countingSteps();
		const { home } = await ensure(steps);
		await rm(home, { recursive: true });
		await mkdir(`${home}.lock`);
		const longAgo = new Date(0);
		await utimes(`${home}.lock`, longAgo, longAgo);
		await ensureRuntime({ cacheFolder, manifestFolder, steps, lockPatienceMs: 100 });
		expect(installed).toHaveLength(2);
	});
});
