import type Stripe from 'stripe';
import { isReplay, isSpentKey, keyOfGeneration } from './replay.ts';

export interface Created<T> {
	readonly object: T;
	/** False when an earlier call made it: Stripe replayed that answer, or it was found. */
	readonly isNew: boolean;
}

const GENERATIONS = 3;

/**
 * Creates one object for one identity, however often it is called. The idempotency key comes from the
 * identity alone, so parallel and repeated runs meet in one object. A key whose stored answer is a failure is
 * followed by a look whether the object exists (`find`), and only if it does not by a fresh key.
 */
export async function createOnce<T extends object>(request: {
	readonly key: string;
	readonly create: (options: Stripe.RequestOptions) => Promise<Stripe.Response<T>>;
	readonly find: () => Promise<T | undefined>;
	/** How many failures of one day may be stepped over; more where a card can be declined. */
	readonly generations?: number;
}): Promise<Created<T>> {
	const { generations = GENERATIONS } = request;
	for (let generation = 1; ; generation++) {
		const idempotencyKey = keyOfGeneration(request.key, generation);
		try {
			const object = await request.create({ idempotencyKey });
			return { object, isNew: !isReplay(object.lastResponse) };
		} catch (error) {
			if (generation === generations || !isSpentKey(error)) throw error;
			const object = await request.find();
			if (object) return { object, isNew: false };
		}
	}
}
