import type Stripe from 'stripe';
import type { IncomingEvent } from '../../services/store/index.ts';
import { EVENTS_KEPT_MS, eventsSince } from '../../services/stripe/events.ts';
import { accountKeyOf } from '../../services/stripe/to-billing-event.ts';
import { wake } from '../../services/n8n/inbox/wake.ts';
import type { Consumer } from './consumer.ts';
import { stayPresent } from './enrolment.ts';
import { putMark, readMark, type Mark } from './pull-mark.ts';

const LEASE = 'stripe-pull';
const LEASE_MS = 120_000;
/** An event may be listed some moments after one that is younger. */
const OVERLAP_MS = 180_000;
/** As long as Stripe may list an event, so that one which has been dealt with is known when it comes again. */
const INBOX_KEPT_MS = EVENTS_KEPT_MS + 86_400_000;

/**
 * Fetches what webhooks missed, or everything where there are none. Whichever trigger is due first does it for
 * all of them. Gives the number of new events, null when it was not the moment or another one is at it.
 */
export async function pull(consumer: Consumer): Promise<number | null> {
	const { id, store, settings, now } = consumer;
	const mark = await readMark(consumer);
	if (!mark || now().getTime() - mark.readUntil.getTime() < settings.pullEveryMs) return null;
	if (!(await store.leases.take(LEASE, id, LEASE_MS, now()))) return null;
	try {
		return await pullFrom(consumer, mark);
	} finally {
		await store.leases.release(LEASE, id);
	}
}

async function pullFrom(consumer: Consumer, mark: Mark): Promise<number> {
	const { readUntil, startedAt } = mark;
	const { id, store, stripe, now, log } = consumer;
	const started = now();
	const oldest = started.getTime() - EVENTS_KEPT_MS;
	if (readUntil.getTime() < oldest) {
		log('Events of more than 30 days ago are lost: Stripe keeps them no longer');
	}
	const since = new Date(Math.max(readUntil.getTime() - OVERLAP_MS, startedAt.getTime(), oldest));
	const types = await typesWanted(consumer);
	let found = 0;
	for await (const { events, until } of eventsSince(stripe, { types, since, now: started })) {
		// Reading a month takes its time, and whoever is not heard of meanwhile may find the workspace taken.
		await stayPresent(consumer);
		const incoming = events.map((event) => toIncoming(event, 'pull'));
		const fresh = await store.inbox.receive(incoming, now());
		found += fresh.length;
		if (fresh.length > 0) wake('stripe', consumer.partition);
		await putMark(consumer, { ...mark, readUntil: until });
		await store.leases.take(LEASE, id, LEASE_MS, now());
	}
	return found;
}

/** What any of the triggers wants. */
export async function typesWanted({ store }: Pick<Consumer, 'store'>): Promise<string[]> {
	const consumers = await store.inbox.consumers();
	return [...new Set(consumers.flatMap(({ types }) => types))].sort();
}

/** Forgets what everybody has dealt with. */
export async function purgeInbox({ store, now }: Consumer): Promise<void> {
	await store.inbox.purge(new Date(now().getTime() - INBOX_KEPT_MS));
}

export function toIncoming(event: Stripe.Event, via: 'webhook' | 'pull'): IncomingEvent {
	return {
		id: event.id,
		type: event.type,
		accountKey: accountKeyOf(event),
		createdAt: new Date(event.created * 1000),
		via,
		payload: event,
	};
}
