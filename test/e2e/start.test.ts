import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isPortFree } from '../../sandbox/n8n/ports.ts';
import type { SandboxPorts } from '../../sandbox/ports.ts';
import { readPorts } from '../../sandbox/ports.ts';
import { waitFor } from '../support/wait-for.ts';

describe('npm start', () => {
	let folder: string;
	let ports: SandboxPorts;
	let npm: ChildProcess;
	let output: string;

	jest.setTimeout(300_000);

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), 'saas-lifecycle-start-'));
		output = '';
	});
	afterEach(async () => {
		npm.kill('SIGKILL');
		await rm(folder, { recursive: true, force: true });
	});

	async function start() {
		const env = {
			...process.env,
			SANDBOX_FOLDER: folder,
			SANDBOX_N8N_PORT: String(await freePort()),
			SANDBOX_PORT_BASE: String(await freePort()),
		};
		ports = readPorts(env);
		npm = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
		for (const stream of [npm.stdout, npm.stderr]) {
			stream?.setEncoding('utf8').on('data', (text: string) => (output += text));
		}
	}

	const invitation = async () =>
		await waitFor(
			'the invitation of npm start',
			async () => {
				if (npm.exitCode !== null) throw new Error(`npm start ended:\n${output}`);
				return output.includes('Ctrl-C') || undefined;
			},
			240_000,
		);

	const areAllPortsFree = async () =>
		(await Promise.all(Object.values(ports).map(isPortFree))).every((isFree) => isFree);

	it('prints addresses that answer, and takes everything with it when it ends', async () => {
		await start();
		await invitation();
		const urls = [...output.matchAll(/http:\/\/127\.0\.0\.1:\d+\S*/g)].map(([url]) => url);
		expect(new Set(urls.map((url) => Number(new URL(url).port)))).toEqual(
			new Set(Object.values(ports)),
		);
		expect(urls).toContain(`http://127.0.0.1:${ports.n8n}/form/saas-trial-signup`);
		for (const url of urls) expect((await fetch(url)).status).toBeLessThan(500);

		const gone = once(npm, 'exit');
		npm.kill('SIGTERM');
		await gone;
		await waitFor('all ports to be free', async () => (await areAllPortsFree()) || undefined);
	});
});
