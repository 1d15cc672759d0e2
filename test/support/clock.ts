import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * What waits for five minutes at most is due when n8n is restarted so far in the future: the start takes some seconds.
 * The product takes what was signed five minutes before or after, no more.
 */
export const ALMOST_FIVE_MINUTES = 295_000;

/** A clock for the n8n of a suite; leases are over sooner by it. One call per suite, before n8n is started. */
export function useClock(behindMs = 0) {
	const scratch = mkdtempSync(join(tmpdir(), 'clock-'));
	const file = join(scratch, 'behind');
	/** How far n8n lives in the past from its next start on; below zero in the future. */
	const setBehind = (ms: number) => writeFileSync(file, String(ms));
	setBehind(behindMs);
	afterAll(() => rmSync(scratch, { recursive: true }));
	return {
		setBehind,
		env: {
			NODE_OPTIONS: `--require ${resolve('test/support/clock-behind.cjs')}`,
			CLOCK_BEHIND_FILE: file,
		},
	};
}
