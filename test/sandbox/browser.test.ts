import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findBrowser } from '../../sandbox/browser.ts';

describe('the browser of this machine', () => {
	const { PATH, CHROMIUM_PATH } = process.env;
	let empty: string;
	let equipped: string;

	beforeEach(async () => {
		empty = await mkdtemp(join(tmpdir(), 'browser-'));
		equipped = await mkdtemp(join(tmpdir(), 'browser-'));
		await writeFile(join(equipped, 'chromium'), '', { mode: 0o755 });
		await writeFile(join(empty, 'chromium'), '', { mode: 0o644 });
		delete process.env['CHROMIUM_PATH'];
	});

	afterEach(async () => {
		process.env['PATH'] = PATH;
		if (CHROMIUM_PATH !== undefined) process.env['CHROMIUM_PATH'] = CHROMIUM_PATH;
		for (const folder of [empty, equipped]) await rm(folder, { recursive: true });
	});

	it('is the first executable on the path', () => {
		process.env['PATH'] = [empty, equipped].join(delimiter);
		expect(findBrowser()).toBe(join(equipped, 'chromium'));
	});

	it('is the one that CHROMIUM_PATH names', () => {
		process.env['PATH'] = equipped;
		process.env['CHROMIUM_PATH'] = '/opt/other/chrome';
		expect(findBrowser()).toBe('/opt/other/chrome');
	});

	it('is missing where there is none', () => {
		process.env['PATH'] = empty;
		expect(findBrowser()).toBeNull();
	});
});
