import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from '../../sandbox/n8n/instance.ts';

interface Kept {
	readonly instance: Instance;
	readonly sandbox: { close(): Promise<void> };
	readonly folder: string;
}

let kept: Kept | undefined;

const LOG_FOLDER = '.cache/e2e';

/** Set-up and tear-down run in the same process. */
export function keepForTeardown(everything: Kept) {
	kept = everything;
}

/** Ends what the set-up started; the log of n8n stays, for the case that a test failed. */
export default async function teardown() {
	if (!kept) return;
	const { instance, sandbox, folder } = kept;
	await Promise.all([instance.stop(), sandbox.close()]);
	await mkdir(LOG_FOLDER, { recursive: true });
	await copyFile(instance.logFile, join(LOG_FOLDER, 'n8n.log'));
	await rm(folder, { recursive: true, force: true });
}
