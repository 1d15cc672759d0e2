import type Stripe from 'stripe';

export interface Created<T> {
	readonly object: T;
	/** False when an earlier call made it: Stripe replayed that answer, or it was found. */
	readonly isNew: boolean;
}

const GENERATIONS = 3;

/**
 * Creates one object for one identity, however often it is called. The idempotency key comes from the
 * identity alone, so parallel and repeated runs meet in one object. Stripe keeps the first answer of a key
 * for a day, failures included; such a spent key is followed by a look whether the object exists (`find`),
 * and only if it does not by a fresh key. https://docs.stripe.com/api/idempotent_requests
 */
export async function createOnce<T extends object>(request: {
	readonly key: string;
	readonly create: (options: Stripe.RequestOptions) => Promise<Stripe.Response<T>>;
	readonly find: () => Promise<T | undefined>;
}): Promise<Created<T>> {
	for (let generation = 1; ; generation++) {
		const idempotencyKey = generation === 1 ? request.key : `${request.key}/${generation}`;
		try {
			const object = await request.create({ idempotencyKey });
			return { object, isNew: !isReplay(object.lastResponse.headers) };
		} catch (error) {
			if (generation === GENERATIONS || !isSpentKey(error)) throw error;
			const object = await request.find();
			if (object) return { object, isNew: false };
		}
	}
}

/** The key was used with other parameters, or its stored answer is a failure of an earlier call. */
function isSpentKey(error: unknown): boolean {
	if (typeof error !== 'object' || error === null || !('type' in error)) return false;
	if (error.type === 'StripeIdempotencyError') return true;
	return 'headers' in error && isReplay(error.headers);
}

function isReplay(headers: unknown): boolean {
	return (
		typeof headers === 'object' &&
		headers !== null &&
		'idempotent-replayed' in headers &&
		headers['idempotent-replayed'] === 'true'
	);
}
