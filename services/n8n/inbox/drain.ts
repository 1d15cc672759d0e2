import { createHash } from 'node:crypto';
import type { INodeExecutionData } from 'n8n-workflow';
import { Failure } from '../../failure.ts';
import type { Delivery, DeliveryFailure, Inbox } from '../../store/index.ts';
import { runInLanes } from '../lanes.ts';

/** One list of items for each output of a trigger. */
export type Outputs = INodeExecutionData[][];

/** A trigger that reads from an inbox. */
export interface InboxConsumer {
	/** The name under which it reads. */
	readonly id: string;
	readonly inbox: Inbox;
	/** At most so many events in one execution. */
	readonly batchSize: number;
	readonly maxAttempts: number;
	readonly now: () => Date;
	readonly log: (message: string) => void;
	/** Shows the operator a failed execution, because somebody has to do something. */
	readonly report: (failure: Failure) => void;
	readonly messageOf: (error: unknown) => string;
	/** Whether the same may succeed later without anybody changing the flow. */
	readonly isPassing: (error: unknown) => boolean;
	/** What the events are called, and how the operator repeats those that were put aside. */
	readonly words: { readonly events: string; readonly parkedHint: string };
}

/** The same, and what it makes of the events. */
export interface InboxReader<Telling> extends InboxConsumer {
	/** What the deliveries of one account tell. Asked for once a batch, so that its readings can share what they ask. */
	readonly startReading: (
		batch: readonly Delivery[],
	) => (deliveries: readonly Delivery[]) => Promise<Telling>;
	/** What all accounts of a batch tell. A reader that claims or notes something down does it here, for all at once. */
	readonly outputsOf: (tellings: readonly Telling[]) => Outputs | Promise<Outputs>;
}

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
/** Where the flow itself fails, or what its events say cannot be read. */
const FAILING = { backoffMs: BACKOFF_MS, maxBackoffMs: 6 * 3_600_000 };
/**
 * Where waiting helps: the vendor is down, asks for patience, or the key has to be mended first. Never parked, and
 * soon back when it is over.
 */
const PASSING = {
	backoffMs: BACKOFF_MS,
	maxBackoffMs: 15 * 60_000,
	parkAfter: null,
};

/**
 * Takes the next batch through: reads each account once, derives what happened, tells it in one execution and
 * waits for its end. What failed before, or was with a run that died, is told account by account, so that one that
 * always fails does not take the others with it. Gives the number of events that were dealt with.
 */
export async function drainInbox<Telling>(
	reader: InboxReader<Telling>,
	options: DrainOptions,
): Promise<number> {
	const { id, inbox, batchSize, now } = reader;
	const deliveries = await inbox.claim(id, { limit: batchSize, leaseMs: LEASE_MS }, now());
	if (deliveries.length === 0) return 0;
	const open = new Set(deliveries);
	const heartbeat = async () => await inbox.renew([...open], LEASE_MS, now());
	const read = reader.startReading(deliveries);
	await options.whileAlive(async () => {
		for (const batch of batchesOf(deliveries)) {
			await take(reader, options, read, batch);
			for (const delivery of batch) open.delete(delivery);
		}
	}, heartbeat);
	return deliveries.length;
}

export function isEmpty(outputs: Outputs): boolean {
	return outputs.every((items) => items.length === 0);
}

function batchesOf(deliveries: readonly Delivery[]): Delivery[][] {
	const accounts = [...byAccount(deliveries).values()];
	const hasFailed = (events: readonly Delivery[]) =>
		events.some(({ failures, isTakenOver }) => failures > 0 || isTakenOver);
	const fresh = accounts.filter((events) => !hasFailed(events)).flat();
	return [fresh, ...accounts.filter(hasFailed)].filter(({ length }) => length > 0);
}

interface Reading<Telling> {
	readonly deliveries: readonly Delivery[];
	/** Null where it could not be read; its deliveries come again. */
	readonly told: { readonly telling: Telling } | null;
}

async function take<Telling>(
	reader: InboxReader<Telling>,
	{ emit }: DrainOptions,
	read: (deliveries: readonly Delivery[]) => Promise<Telling>,
	batch: readonly Delivery[],
): Promise<void> {
	const { inbox, now } = reader;
	const readings = await runInLanes(
		[...byAccount(batch).values()],
		async (deliveries) => await readAccount(reader, read, deliveries),
		READ_AT_ONCE,
	);
	const successful = readings.filter(({ told }) => told !== null);
	const deliveries = successful.flatMap((reading) => reading.deliveries);
	const tellings = successful.flatMap(({ told }) => (told ? [told.telling] : []));
	const outputs = await reader.outputsOf(tellings);
	const outcome: Outcome = isEmpty(outputs)
		? { kind: 'done' }
		: await emit(outputs, keyOf(reader, deliveries));
	switch (outcome.kind) {
		case 'done':
			await inbox.complete(deliveries, now());
			return;
		case 'failed':
			await fail(reader, deliveries, outcome.error, failingOf(reader));
			return;
		case 'taken':
			return;
	}
}

/** What cannot be read of one account keeps none of the others waiting. */
async function readAccount<Telling>(
	reader: InboxConsumer,
	read: (deliveries: readonly Delivery[]) => Promise<Telling>,
	deliveries: readonly Delivery[],
): Promise<Reading<Telling>> {
	try {
		return { deliveries, told: { telling: await read(deliveries) } };
	} catch (error) {
		const message = reader.messageOf(error);
		await fail(reader, deliveries, message, reader.isPassing(error) ? PASSING : failingOf(reader));
		reader.log(`The events of one account are read again later: ${message}`);
		return { deliveries, told: null };
	}
}

function failingOf({ maxAttempts }: InboxConsumer): Omit<DeliveryFailure, 'error'> {
	return { ...FAILING, parkAfter: maxAttempts };
}

async function fail(
	{ inbox, now, report, words }: InboxConsumer,
	deliveries: readonly Delivery[],
	error: string,
	patience: Omit<DeliveryFailure, 'error'>,
): Promise<void> {
	const { parked } = await inbox.fail(deliveries, { error, ...patience }, now());
	if (parked === 0) return;
	report(
		new Failure(
			`${parked} ${words.events} were put aside after ${patience.parkAfter} attempts: ${error}`,
			{
				code: 'events_parked',
				hint: words.parkedHint,
			},
		),
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
function keyOf({ id, now }: InboxConsumer, deliveries: readonly Delivery[]): string {
	const claims = deliveries.map(({ eventId, attempt }) => `${eventId}/${attempt}`).sort();
	const identity = [now().toISOString(), ...claims].join(' ');
	const digest = createHash('sha256').update(identity).digest('hex');
	return `saas-lifecycle/${id}/${digest.slice(0, 40)}`;
}
