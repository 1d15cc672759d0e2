import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import { Failure } from '../../services/failure.ts';
import { runInLanes } from '../../services/n8n/lanes.ts';
import type { Delivery } from '../../services/store/index.ts';
import { createNewsReader, type NewsReader } from './account-news.ts';
import type { Consumer } from './consumer.ts';
import { isEmpty, outputsOf, type Outputs, type Telling } from './items.ts';
import { isPassing, messageOf, NEVER_PARKED } from './failures.ts';
import { tellTimeline } from './timeline.ts';

/** How a run of the workflow ended. */
export type Outcome =
	/** With success, or on its way where nobody can tell us how it ends. */
	| { readonly kind: 'done' }
	| { readonly kind: 'failed'; readonly error: string }
	/** Another process has it. */
	| { readonly kind: 'taken' };

export interface DrainOptions {
	/** Starts one execution and waits for its end; the same key never starts two. */
	readonly emit: (outputs: Outputs, key: string) => Promise<Outcome>;
	/** Runs the work while saying every so often that it is alive. */
	readonly whileAlive: <T>(work: () => Promise<T>, heartbeat: () => Promise<unknown>) => Promise<T>;
}

/** A run that has not been heard of for so long is dead, and its events are told again. */
export const LEASE_MS = 30_000;
const READ_AT_ONCE = 8;
const BACKOFF_MS = 30_000;
const MAX_BACKOFF_MS = 6 * 3_600_000;

/**
 * Takes the next batch through: reads each account once, derives what happened, tells it in one execution and
 * waits for its end. What failed before is told account by account, so that one that always fails does not take
 * the others with it. Gives the number of Stripe events that were dealt with.
 */
export async function drain(consumer: Consumer, options: DrainOptions): Promise<number> {
	const { id, store, settings, now } = consumer;
	const deliveries = await store.inbox.claim(
		id,
		{ limit: settings.batchSize, leaseMs: LEASE_MS },
		now(),
	);
	if (deliveries.length === 0) return 0;
	const open = new Set(deliveries);
	const heartbeat = async () => await store.inbox.renew([...open], LEASE_MS, now());
	const reader = createNewsReader(consumer);
	await options.whileAlive(async () => {
		for (const batch of batchesOf(deliveries)) {
			await take(consumer, options, reader, batch);
			for (const delivery of batch) open.delete(delivery);
		}
	}, heartbeat);
	return deliveries.length;
}

function batchesOf(deliveries: readonly Delivery[]): Delivery[][] {
	const accounts = [...byAccount(deliveries).values()];
	const hasFailed = (events: readonly Delivery[]) => events.some(({ attempt }) => attempt > 1);
	const fresh = accounts.filter((events) => !hasFailed(events)).flat();
	return [fresh, ...accounts.filter(hasFailed)].filter(({ length }) => length > 0);
}

async function take(
	consumer: Consumer,
	{ emit }: DrainOptions,
	reader: NewsReader,
	batch: readonly Delivery[],
): Promise<void> {
	const { store, settings, now } = consumer;
	const readings = await runInLanes(
		[...byAccount(batch).values()],
		async (deliveries) => await readAccount(consumer, reader, deliveries),
		READ_AT_ONCE,
	);
	const read = readings.filter((reading) => reading.telling !== null);
	const tellings = read.flatMap(({ telling }) => telling ?? []);
	const deliveries = read.flatMap((reading) => reading.deliveries);
	const outputs = outputsOf(consumer, tellings);
	const outcome: Outcome = isEmpty(outputs)
		? { kind: 'done' }
		: await emit(outputs, keyOf(consumer, deliveries));
	switch (outcome.kind) {
		case 'done':
			await store.inbox.complete(deliveries, now());
			return;
		case 'failed':
			await fail(consumer, deliveries, outcome.error, settings.maxAttempts);
			return;
		case 'taken':
			return;
	}
}

interface Reading {
	readonly deliveries: readonly Delivery[];
	/** Null where it could not be read; its deliveries come again. */
	readonly telling: Telling | null;
}

/** What cannot be read of one account keeps none of the others waiting. */
async function readAccount(
	consumer: Consumer,
	reader: NewsReader,
	deliveries: readonly Delivery[],
): Promise<Reading> {
	try {
		return { deliveries, telling: await tellingOf(consumer, reader, deliveries) };
	} catch (error) {
		const attempts = isPassing(error) ? NEVER_PARKED : consumer.settings.maxAttempts;
		await fail(consumer, deliveries, messageOf(error), attempts);
		consumer.log(`The events of one account are read again later: ${messageOf(error)}`);
		return { deliveries, telling: null };
	}
}

async function tellingOf(
	{ id, store, settings, now }: Consumer,
	reader: NewsReader,
	deliveries: readonly Delivery[],
): Promise<Telling> {
	const sources = deliveries.map(({ payload }) => payload as Stripe.Event);
	const news = await reader.read(sources);
	const facts = news.events.map(({ key, cause }) => ({ key, eventId: cause.id }));
	const ours = await store.inbox.claimFacts(id, facts, now());
	if (news.owner.accountId !== null) {
		await tellTimeline(store, news.owner.accountId, news.events);
	}
	return {
		sources,
		news,
		mayTell: ({ key, name, isStale }) =>
			ours.has(key) && settings.events.includes(name) && !(isStale && settings.dropsStale),
	};
}

async function fail(
	{ store, now, report }: Consumer,
	deliveries: readonly Delivery[],
	error: string,
	maxAttempts: number,
): Promise<void> {
	const failure = { error, maxAttempts, backoffMs: BACKOFF_MS, maxBackoffMs: MAX_BACKOFF_MS };
	const { parked } = await store.inbox.fail(deliveries, failure, now());
	if (parked === 0) return;
	report(
		new Failure(`${parked} Stripe events were put aside after ${maxAttempts} attempts: ${error}`, {
			code: 'events_parked',
			hint: 'Mend the cause, then repeat them with Stripe Trial > Event > Get Missed.',
		}),
	);
}

function byAccount(deliveries: readonly Delivery[]): Map<string, Delivery[]> {
	const groups = new Map<string, Delivery[]>();
	for (const delivery of deliveries) {
		const group = groups.get(delivery.accountKey);
		if (group) group.push(delivery);
		else groups.set(delivery.accountKey, [delivery]);
	}
	return groups;
}

/** One claim, one execution: n8n starts no second one with a key that it has seen. */
function keyOf({ id, now }: Consumer, deliveries: readonly Delivery[]): string {
	const claims = deliveries.map(({ eventId, attempt }) => `${eventId}/${attempt}`).sort();
	const identity = [now().toISOString(), ...claims].join(' ');
	const digest = createHash('sha256').update(identity).digest('hex');
	return `saas-lifecycle/${id}/${digest.slice(0, 40)}`;
}
