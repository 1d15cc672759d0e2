import type { Partition } from '../../store/index.ts';
import {
	drainInbox,
	LEASE_MS,
	type DrainOptions,
	type InboxConsumer,
	type InboxReader,
} from './drain.ts';
import { pause, repeat } from './repeat.ts';
import { onWake, type Source } from './wake.ts';

export interface DrainingOptions {
	readonly source: Source;
	readonly partition: Partition;
	readonly emit: DrainOptions['emit'];
	/** How often the store is looked at for what other processes have received. */
	readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
/** Events that come together go out together: each account is read once for all of its own. */
const GATHER_MS = 250;
/** In an endless stream nothing waits longer for what may still come. */
const LONGEST_GATHER_MS = 5_000;

/** While the flow runs with one batch, the next one is read. The inbox keeps back the accounts that are on their way. */
const LANES = 2;

/** Takes through what comes in, until the signal. */
export async function keepDraining<Telling>(
	signal: AbortSignal,
	reader: InboxReader<Telling>,
	options: DrainingOptions,
): Promise<void> {
	await Promise.all(
		Array.from({ length: LANES }, async () => await drainAsItComes(signal, reader, options)),
	);
}

async function drainAsItComes<Telling>(
	signal: AbortSignal,
	reader: InboxReader<Telling>,
	{ source, partition, emit, lookEveryMs = LOOK_EVERY_MS }: DrainingOptions,
): Promise<void> {
	let rouse = new AbortController();
	let lastCameAt = Number.NEGATIVE_INFINITY;
	const forget = onWake(source, partition, () => {
		lastCameAt = performance.now();
		rouse.abort();
	});
	const { log, messageOf } = reader;
	const gather = async () => {
		const deadline = performance.now() + LONGEST_GATHER_MS;
		for (;;) {
			const left = Math.min(lastCameAt + GATHER_MS, deadline) - performance.now();
			if (left <= 0 || signal.aborted) return;
			await pause(left, signal);
		}
	};
	const work = async () => {
		rouse = new AbortController();
		if (await isSomethingDue(reader)) {
			await gather();
			if ((await drainInbox(reader, { emit, whileAlive: aliveIn(reader) })) > 0) return;
			// It is due, but behind something of its account that runs or waits to be repeated.
		}
		await pause(lookEveryMs, AbortSignal.any([signal, rouse.signal]));
	};
	try {
		await repeat(signal, 0, work, (error) => log(`Trying again later: ${messageOf(error)}`));
	} finally {
		forget();
	}
}

/** A look that locks nothing, however many triggers look every second. */
async function isSomethingDue({ id, inbox, now }: InboxConsumer): Promise<boolean> {
	const dueAt = await inbox.nextDueAt(id);
	return dueAt !== null && dueAt <= now();
}

/** A beat that fails costs at worst a repetition, so it does not end the work. */
function aliveIn(reader: InboxConsumer): DrainOptions['whileAlive'] {
	return async (work, heartbeat) => {
		const done = new AbortController();
		const beating = repeatQuietly(done.signal, LEASE_MS / 3, heartbeat, reader);
		try {
			return await work();
		} finally {
			done.abort();
			await beating;
		}
	};
}

async function repeatQuietly(
	signal: AbortSignal,
	everyMs: number,
	beat: () => Promise<unknown>,
	{ log, messageOf }: InboxConsumer,
): Promise<void> {
	for (;;) {
		await pause(everyMs, signal);
		if (signal.aborted) return;
		await beat().catch((error: unknown) => log(`No sign of life given: ${messageOf(error)}`));
	}
}
