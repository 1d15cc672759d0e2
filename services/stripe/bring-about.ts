import type Stripe from 'stripe';
import { Failure } from '../failure.ts';
import { isReplay, isSpentKey, keyOfGeneration } from './replay.ts';

export interface Change<T> {
	/** From the identity of the change: what, of which object, from which state. */
	readonly key: string;
	readonly make: (options: Stripe.RequestOptions) => Promise<Stripe.Response<T>>;
	/** The object as it stands now. */
	readonly read: () => Promise<T>;
	/** Whether it is as the change wants it. */
	readonly isSo: (object: T) => boolean;
}

export interface Changed<T> {
	readonly object: T;
	/** False when an earlier or parallel call had done it. */
	readonly changed: boolean;
}

/** So many times a day one object may go back and forth between the same two states. */
const GENERATIONS = 20;

/**
 * Changes an object once, however often it is called. Parallel calls meet in one idempotency key. A replayed
 * answer shows the past, so the object is read again; where it has changed back since, a fresh key follows.
 */
export async function bringAbout<T extends object>(change: Change<T>): Promise<Changed<T>> {
	let refusal: unknown;
	for (let generation = 1; generation <= GENERATIONS; generation++) {
		const idempotencyKey = keyOfGeneration(change.key, generation);
		try {
			const object = await change.make({ idempotencyKey });
			if (!isReplay(object.lastResponse)) return { object, changed: true };
		} catch (error) {
			if (!isSpentKey(error)) throw error;
			refusal = error;
		}
		const object = await change.read();
		if (change.isSo(object)) return { object, changed: false };
	}
	throw (
		refusal ??
		new Failure('The same change was undone and asked for too often today', {
			hint: 'Look at the object in Stripe: some other flow or person keeps changing it back.',
		})
	);
}
