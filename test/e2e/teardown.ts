import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxWithN8n } from '../../sandbox/with-n8n.ts';
import { recordBranches, requireAllBranches } from '../support/branches.ts';

const LOG_FOLDER = '.cache/e2e';

interface Kept {
	readonly running: SandboxWithN8n;
	readonly folder: string;
	/** What was sent or answered against the contract. */
	readonly violations: readonly string[];
}

let kept: Kept | undefined;

/** Set-up and tear-down run in the same process. */
export function keepForTeardown(what: Kept) {
	kept = what;
}

/** Ends what the set-up started; the log of n8n stays, for the case that a test failed. */
export default async function teardown() {
	if (!kept) return;
	const { running, folder, violations } = kept;
	await running.close();
	await mkdir(LOG_FOLDER, { recursive: true });
	await copyFile(running.n8n.logFile, join(LOG_FOLDER, 'n8n.log'));
	recordBranches(running.n8n.folder);
	await rm(folder, { recursive: true, force: true });
	if (violations.length > 0) throw new Error(`Against the contract:\n${violations.join('\n')}`);
	// Of several suites that are run again, each is run by itself: who runs them counts in the end.
	if (!process.env['TEST_AGAIN']) requireAllBranches();
}
