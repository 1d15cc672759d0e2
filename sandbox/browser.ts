import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const PROGRAMS = [
	'chromium',
	'chromium-browser',
	'google-chrome',
	'google-chrome-stable',
	'chrome',
];
const OTHER_PLACES = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A Chromium or Chrome of this machine: `CHROMIUM_PATH`, else where they usually are; null without one. */
export function findBrowser(): string | null {
	const given = process.env['CHROMIUM_PATH'];
	if (given) return given;
	const folders = (process.env['PATH'] ?? '').split(delimiter);
	const places = PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program)));
	return [...places, ...OTHER_PLACES].find(isExecutable) ?? null;
}

/**
 * Opens it without a window. Its own sandbox needs rights that containers and root do not have, and it
 * only visits pages of ours; the shared memory of containers is too small for it.
 */
export async function openBrowser(executablePath: string): Promise<Browser> {
	return await chromium.launch({
		executablePath,
		headless: true,
		args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
	});
}

/** n8n's forms turn bots away, and a headless browser says that it is one. */
export const HUMAN_USER_AGENT =
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

function isExecutable(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
