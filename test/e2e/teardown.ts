import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxWithN8n } from '../../sandbox/with-n8n.ts';

const LOG_FOLDER = '.cache/e2e';

let kept: { readonly running: SandboxWithN8n; readonly folder: string } | undefined;

/** Set-up and tear-down run in the same process. */
export function keepForTeardown(running: SandboxWithN8n, folder: string) {
	kept = { running, folder };
}

/** Ends what the set-up started; the log of n8n stays, for the case that a test failed. */
export default async function teardown() {
	if (!kept) return;
	const { running, folder } = kept;
	await running.close();
	await mkdir(LOG_FOLDER, { recursive: true });
	await copyFile(running.n8n.logFile, join(LOG_FOLDER, 'n8n.log'));
	await rm(folder, { recursive: true, force: true });
}
