import { setTimeout as timer } from 'node:timers/promises';

const LONGEST_BACKOFF_MS = 60_000;

/** Again and again with a pause between; after a failure the pause grows. */
export async function repeat(
	signal: AbortSignal,
	everyMs: number,
	work: () => Promise<void>,
	onFailure: (error: unknown) => void,
): Promise<void> {
	let failures = 0;
	while (!signal.aborted) {
		try {
			await work();
			failures = 0;
		} catch (error) {
			failures += 1;
			onFailure(error);
		}
		const backoff = failures === 0 ? 0 : Math.min(1_000 * 2 ** failures, LONGEST_BACKOFF_MS);
		await pause(everyMs + backoff, signal);
	}
}

/** Ends early when the signal comes; a pause alone keeps no process alive. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
	if (ms <= 0 || signal.aborted) return;
	await timer(ms, undefined, { signal, ref: false }).catch((error: unknown) => {
		if (!signal.aborted) throw error;
	});
}
