import { sleep as realSleep } from 'n8n-workflow';
import type Stripe from 'stripe';
import { Failure } from '../failure.ts';
import { isReplay, isSpentKey, keyOfGeneration } from './replay.ts';

export interface Created<T> {
	readonly object: T;
	/** False when an earlier call made it: Stripe replayed that answer, or it was found. */
	readonly isNew: boolean;
}

const GENERATIONS = 3;
const WAITS_MS = [300, 1200];

/**
 * Creates one object for one identity, however often it is called. The idempotency key comes from the
 * identity alone, so parallel and repeated runs meet in one object. A key whose stored answer is a failure, or
 * that came first with other parameters, is followed by a look whether the object exists (`find`), and only if it
 * does not by a fresh key.
 */
export async function createOnce<T extends object>(request: {
	readonly key: string;
	readonly create: (options: Stripe.RequestOptions) => Promise<Stripe.Response<T>>;
	readonly find: () => Promise<T | undefined>;
	/** A replayed answer shows the past: how the object is now, undefined when it is gone. */
	readonly present?: (replayed: T) => Promise<T | undefined>;
	/** How many failures of one day may be stepped over; more where a card can be declined. */
	readonly generations?: number;
	readonly sleep?: (ms: number) => Promise<void>;
}): Promise<Created<T>> {
	const { generations = GENERATIONS, sleep = realSleep } = request;
	for (let generation = 1; ; generation++) {
		const isLast = generation === generations;
		const idempotencyKey = keyOfGeneration(request.key, generation);
		try {
			const answer = await request.create({ idempotencyKey });
			if (!isReplay(answer.lastResponse)) return { object: answer, isNew: true };
			const object = request.present ? await request.present(answer) : answer;
			if (object) return { object, isNew: false };
			if (isLast) throw tooOftenGone(generations);
		} catch (error) {
			if (isLast || !isSpentKey(error)) throw error;
			const object = isReplay(error) ? await request.find() : await findSoon();
			if (object) return { object, isNew: false };
		}
	}

	/** The request with the other parameters may still be running. */
	async function findSoon(): Promise<T | undefined> {
		for (const wait of [0, ...WAITS_MS]) {
			if (wait > 0) await sleep(wait);
			const object = await request.find();
			if (object) return object;
		}
		return undefined;
	}
}

function tooOftenGone(times: number): Failure {
	return new Failure(`This was created and deleted ${times} times today`, {
		hint: 'Stripe remembers what it created for a day. Run again tomorrow, or create it in Stripe by hand.',
	});
}
