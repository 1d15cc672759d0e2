import { rmSync } from 'node:fs';
import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
const STALE_AFTER_MS = 15_000;
const POLL_MS = 500;

/**
 * Runs one of several processes at a time, across everything that shares the file system: the lock is a
 * folder whose time its holder renews, so that one left behind by a crash is recognised whatever its
 * process id means by now. Whoever finds the work done by another returns without running.
 */
export async function withLock(
	path: string,
	work: {
		readonly onWait: () => void;
		readonly isDone: () => boolean;
		readonly run: () => Promise<void>;
		readonly staleAfterMs?: number;
		readonly pollMs?: number;
	},
): Promise<void> {
	const { staleAfterMs = STALE_AFTER_MS, pollMs = POLL_MS } = work;
	let seen = { renewedAt: NaN, polls: 0 };
	while (!(await take(path))) {
		work.onWait();
		await delay(pollMs);
		if (work.isDone()) return;
		// Counted in polls, not read off the clock: a machine that slept must not declare everyone dead.
		const renewedAt = await renewalTime(path);
		seen = { renewedAt, polls: renewedAt === seen.renewedAt ? seen.polls + 1 : 0 };
		if (seen.polls * pollMs >= staleAfterMs) await rm(path, { recursive: true, force: true });
	}
	const release = () => rmSync(path, { recursive: true, force: true });
	process.once('exit', release);
	const heartbeat = setInterval(() => void renew(path), HEARTBEAT_MS).unref();
	try {
		if (!work.isDone()) await work.run();
	} finally {
		clearInterval(heartbeat);
		process.removeListener('exit', release);
		release();
	}
}

async function take(path: string): Promise<boolean> {
	try {
		await mkdir(path);
		return true;
	} catch (error) {
		if (isErrorCode(error, 'EEXIST')) return false;
		throw error;
	}
}

async function renewalTime(path: string): Promise<number> {
	try {
		return (await stat(path)).mtimeMs;
	} catch (error) {
		if (isErrorCode(error, 'ENOENT')) return NaN;
		throw error;
	}
}

/** A lock that somebody else took for stale is gone; the rename at the end settles who wins. */
async function renew(path: string) {
	const now = new Date();
	await utimes(path, now, now).catch(() => undefined);
}

function isErrorCode(error: unknown, code: string): boolean {
	return (error as NodeJS.ErrnoException).code === code;
}
