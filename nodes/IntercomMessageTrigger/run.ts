import type { DrainOptions } from '../../services/n8n/inbox/drain.ts';
import { keepDraining } from '../../services/n8n/inbox/keep-draining.ts';
import { repeat } from '../../services/n8n/inbox/repeat.ts';
import type { Consumer } from './consumer.ts';
import { messageOf } from './failures.ts';
import { presencesOf } from './presences.ts';
import { readerOf } from './reader.ts';
import { wantedTopics } from './settings.ts';

const MAINTAIN_EVERY_MS = 60_000;
const TIDIED = 'intercom-tidied';
const TIDY_EVERY_MS = 86_400_000;
/** Intercom repeats a notification for hours, not for days. */
const KEPT_MS = 8 * 86_400_000;
const REPEATED_AT_ONCE = 1_000;

/** Joins the readers of the inbox, or goes on after a pause; what was put aside is tried once more. */
export async function enrol(consumer: Consumer): Promise<void> {
	const { id, store, settings, now } = consumer;
	await presencesOf(consumer).enrol(id, { details: {}, types: wantedTopics(settings) });
	const parked = await store.notifications.parked({ consumer: id, limit: REPEATED_AT_ONCE });
	await store.notifications.replay(
		id,
		parked.map(({ eventId }) => eventId),
		now(),
	);
}

/** Works until it is stopped. An execution that is under way then is not waited for, but its end is noted down. */
export function run(consumer: Consumer, emit: DrainOptions['emit']): { stop(): void } {
	const stopping = new AbortController();
	const { signal } = stopping;
	const { log, settings } = consumer;
	void repeat(
		signal,
		MAINTAIN_EVERY_MS,
		async () => await maintain(consumer),
		(error) => log(`Trying again later: ${messageOf(error)}`),
	);
	void keepDraining(signal, readerOf(consumer), {
		source: 'intercom',
		partition: settings.partition,
		emit,
	});
	return { stop: () => stopping.abort() };
}

/** Once a day, whichever trigger comes first forgets what is over. */
async function maintain(consumer: Consumer): Promise<void> {
	const { id, store, now } = consumer;
	const presences = presencesOf(consumer);
	await presences.stay(id);
	const last = await store.bookmarks.get(TIDIED);
	if (last !== null && now().getTime() - Date.parse(last) < TIDY_EVERY_MS) return;
	await store.bookmarks.set(TIDIED, now().toISOString(), now());
	await presences.forgetLost();
	await store.notifications.purge(new Date(now().getTime() - KEPT_MS));
}
