import { setTimeout as timer } from 'node:timers/promises';
import type { Failure } from '../../services/failure.ts';
import type { Consumer } from './consumer.ts';
import { drain, LEASE_MS, type DrainOptions } from './drain.ts';
import { holdEndpoint, leaveEndpoint, notedUrl, renewHold, type Address } from './endpoint.ts';
import { forgetLost, stayPresent } from './enrolment.ts';
import { isDeadCredential, messageOf, toFailure } from './failures.ts';
import { pull, purgeInbox, typesWanted } from './pull.ts';
import { onWake } from './wake.ts';

export interface RunOptions {
	readonly emit: DrainOptions['emit'];
	/** Null for a trigger that only polls. */
	readonly address: Address | null;
	/** Stripe does not take the key any more. */
	readonly onDeadCredential: (failure: Failure) => void;
	/** How often the store is looked at for what other processes have received. */
	readonly lookEveryMs?: number;
	readonly maintainEveryMs?: number;
}

const LOOK_EVERY_MS = 1_000;
/** Events that come together go out together. */
const GATHER_MS = 100;
const MAINTAIN_EVERY_MS = 5_000;
const ENDPOINT_CHECK_EVERY_MS = 600_000;
const TIDIED = 'stripe-tidied';
const TIDY_EVERY_MS = 86_400_000;
const LONGEST_BACKOFF_MS = 60_000;

/** Works until it is stopped. An execution that is under way then is not waited for, but its end is noted down. */
export function run(consumer: Consumer, options: RunOptions): { stop(): void } {
	const stopping = new AbortController();
	const { signal } = stopping;
	const maintainEveryMs = options.maintainEveryMs ?? MAINTAIN_EVERY_MS;
	void repeat(signal, consumer, maintainEveryMs, maintenance(consumer, options), (error) => {
		if (isDeadCredential(error)) options.onDeadCredential(toFailure(error));
	});
	void drainAsItComes(signal, consumer, options);
	return { stop: () => stopping.abort() };
}

/** What only has to be done now and then, by whichever trigger of the account comes first. */
function maintenance(consumer: Consumer, options: RunOptions): () => Promise<void> {
	const endpoint = options.address ? endpointCare(consumer, options.address) : undefined;
	return async () => {
		await stayPresent(consumer);
		await endpoint?.();
		await pull(consumer);
		await tidyUp(consumer);
	};
}

/** Takes over what nobody holds; the holder looks after it now and then, and when somebody wants more types. */
function endpointCare(consumer: Consumer, address: Address): () => Promise<void> {
	let caredFor: { readonly types: string; readonly at: number } | null = null;
	// n8n takes the address away before it stops the trigger.
	const isPublished = async () => (await notedUrl(consumer)) === address.url;
	return async () => {
		if (!(await isPublished()) || !(await renewHold(consumer))) {
			caredFor = null;
			return;
		}
		const types = (await typesWanted(consumer)).join();
		const at = consumer.now().getTime();
		const isDue = caredFor?.types !== types || at - caredFor.at >= ENDPOINT_CHECK_EVERY_MS;
		if (!isDue) return;
		await holdEndpoint(consumer, address);
		caredFor = { types, at };
		if (!(await isPublished())) await leaveEndpoint(consumer);
	};
}

/** Once a day. */
async function tidyUp(consumer: Consumer): Promise<void> {
	const { store, now } = consumer;
	const last = await store.bookmarks.get(TIDIED);
	if (last !== null && now().getTime() - Date.parse(last) < TIDY_EVERY_MS) return;
	await store.bookmarks.set(TIDIED, now().toISOString(), now());
	await forgetLost(consumer);
	await purgeInbox(consumer);
}

async function drainAsItComes(
	signal: AbortSignal,
	consumer: Consumer,
	{ emit, lookEveryMs = LOOK_EVERY_MS }: RunOptions,
): Promise<void> {
	let rouse = new AbortController();
	const forget = onWake(consumer.partition, () => rouse.abort());
	try {
		await repeat(signal, consumer, 0, async () => {
			rouse = new AbortController();
			if (await isSomethingDue(consumer)) {
				await drain(consumer, { emit, whileAlive: aliveIn(consumer) });
				return;
			}
			await pause(lookEveryMs, AbortSignal.any([signal, rouse.signal]));
			if (rouse.signal.aborted) await pause(GATHER_MS, signal);
		});
	} finally {
		forget();
	}
}

/** A look that locks nothing, however many triggers look every second. */
async function isSomethingDue({ id, store, now }: Consumer): Promise<boolean> {
	const dueAt = await store.inbox.nextDueAt(id);
	return dueAt !== null && dueAt <= now();
}

/** Again and again with a pause between; after a failure the pause grows. */
async function repeat(
	signal: AbortSignal,
	{ log }: Consumer,
	everyMs: number,
	work: () => Promise<void>,
	onFailure?: (error: unknown) => void,
): Promise<void> {
	let failures = 0;
	while (!signal.aborted) {
		try {
			await work();
			failures = 0;
		} catch (error) {
			failures += 1;
			log(`Trying again later: ${messageOf(error)}`);
			onFailure?.(error);
		}
		const backoff = failures === 0 ? 0 : Math.min(1_000 * 2 ** failures, LONGEST_BACKOFF_MS);
		await pause(everyMs + backoff, signal);
	}
}

/** A beat that fails costs at worst a repetition, so it does not end the work. */
function aliveIn({ log }: Consumer): DrainOptions['whileAlive'] {
	return async (work, heartbeat) => {
		const done = new AbortController();
		const beating = repeatQuietly(done.signal, LEASE_MS / 3, heartbeat, log);
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
	log: (message: string) => void,
): Promise<void> {
	for (;;) {
		await pause(everyMs, signal);
		if (signal.aborted) return;
		await beat().catch((error: unknown) => log(`No sign of life given: ${messageOf(error)}`));
	}
}

/** Ends early when the signal comes; a pause alone keeps no process alive. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
	if (ms <= 0 || signal.aborted) return;
	await timer(ms, undefined, { signal, ref: false }).catch((error: unknown) => {
		if (!signal.aborted) throw error;
	});
}
