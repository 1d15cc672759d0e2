import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { waitFor } from '../../support/wait-for.ts';

/** As n8n does, it tells of every failure, also of the one to tell. */
const COMMAND = `
	require('node:fs').writeFileSync('pid', String(process.pid));
	process.on('uncaughtException', (error) => console.error(error));
	setInterval(() => console.log('at work'), 5);
`;

const parentOf = (folder: string) => `
	import { createInstance } from ${JSON.stringify(resolve('sandbox/n8n/instance.ts'))};
	const n8n = await createInstance({
		folder: ${JSON.stringify(folder)},
		runtime: {
			home: ${JSON.stringify(folder)},
			nodePath: process.execPath,
			n8nPath: ${JSON.stringify(join(folder, 'command.cjs'))},
			path: '',
		},
	});
	await n8n.importWorkflows([]);
`;

describe('a command of n8n', () => {
	let folder: string;
	beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orphan-'))));
	afterEach(async () => await rm(folder, { recursive: true, maxRetries: 3 }));

	it('ends when the process that gave it is killed', async () => {
		await writeFile(join(folder, 'command.cjs'), COMMAND);
		const parent = spawn(process.execPath, ['--input-type=module', '-e', parentOf(folder)], {
			stdio: 'ignore',
		});
		const command = await waitFor('the command to run', async () => {
			const pid = await readFile(join(folder, 'pid'), 'utf8').catch(() => '');
			return pid === '' ? undefined : Number(pid);
		});
		parent.kill('SIGKILL');
		await once(parent, 'exit');
		try {
			await waitFor(
				'the command to end',
				async () => await Promise.resolve(isRunning(command) ? undefined : true),
			);
		} finally {
			if (isRunning(command)) process.kill(command, 'SIGKILL');
		}
	}, 60_000);
});

function isRunning(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}
