import { setImmediate } from 'node:timers/promises';

/**
 * Lets everything else in this process have its turn. SQLite answers at once, so a long loop over the store would
 * keep all of n8n waiting until its end.
 */
export async function giveWay(): Promise<void> {
	await setImmediate();
}
