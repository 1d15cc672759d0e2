import { Failure } from '../../services/failure.ts';
import type { Outputs } from '../../services/n8n/inbox/drain.ts';
import type { Consumer } from './consumer.ts';

/**
 * "Listen for test event": n8n starts `trigger()` for the run that `webhook()` has begun and takes what that emits,
 * perhaps in another process, so the one leaves it to the other.
 */
export async function keepExample({ id, store, now }: Consumer, outputs: Outputs): Promise<void> {
	await store.bookmarks.set(nameOf(id), JSON.stringify(outputs), now());
}

/** Gives it once. */
export async function takeExample({ id, store }: Consumer): Promise<Outputs> {
	const text = await store.bookmarks.get(nameOf(id));
	if (text === null) {
		throw new Failure('Nothing has come in from Intercom', {
			hint: 'Enter the Test URL in the Developer Hub, listen again, and answer a message as one of your contacts.',
		});
	}
	await store.bookmarks.remove(nameOf(id));
	return JSON.parse(text) as Outputs;
}

function nameOf(id: string): string {
	return `intercom-example/${id}`;
}
