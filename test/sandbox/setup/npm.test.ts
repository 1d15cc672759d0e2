import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainNpmFailure, runNpm } from '../../../sandbox/setup/npm.cjs';

describe('why npm failed', () => {
	it.each([
		['npm error code EAI_AGAIN', /registry could not be reached/],
		['npm error errno ECONNREFUSED', /registry could not be reached/],
		['npm error code ENOSPC\nnpm error nospc no space left on device', /disk is full/],
		['prebuild-install warn ENOTFOUND\ngyp ERR! find Python You need to install', /C\+\+ compiler/],
		['make: g++: No such file or directory', /C\+\+ compiler/],
		['gyp ERR! stack Error: not found: make', /C\+\+ compiler/],
		['npm error code EACCES', /not writable/],
	])('explains %j', (output, sentence) => {
		expect(explainNpmFailure(output)).toMatch(sentence);
	});

	it('does not guess', () => {
		expect(explainNpmFailure('npm error something new')).toBeNull();
	});

	it('names the command and the log when the cause is unknown', async () => {
		const folder = await mkdtemp(join(tmpdir(), 'npm-'));
		const logFile = join(folder, 'npm.log');
		try {
			await expect(runNpm(['no-such-command'], { cwd: folder, logFile })).rejects.toThrow(
				`"npm no-such-command" failed (exit 1).\nEverything that npm said is in ${logFile}`,
			);
			expect(await readFile(logFile, 'utf8')).toMatch(/Unknown command/);
		} finally {
			await rm(folder, { recursive: true });
		}
	});
});
