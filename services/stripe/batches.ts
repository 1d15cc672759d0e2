/** Stripe's longest page. https://docs.stripe.com/api/pagination */
export const PAGE_SIZE = 100;

/**
 * A long list of the SDK in portions. With portions as long as pages, the next page is asked for only when
 * the portion before has been dealt with, so that one page is all that memory ever holds.
 */
export async function* inBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
	let batch: T[] = [];
	for await (const item of items) {
		batch.push(item);
		if (batch.length < size) continue;
		yield batch;
		batch = [];
	}
	if (batch.length > 0) yield batch;
}

/** Does something else when Stripe no longer knows the object after which a list was to go on. */
export async function unlessCursorIsLost<T>(
	work: () => Promise<T>,
	otherwise: () => Promise<T>,
): Promise<T> {
	try {
		return await work();
	} catch (error) {
		if (!isUnknownCursor(error)) throw error;
	}
	return await otherwise();
}

function isUnknownCursor(error: unknown): boolean {
	return (
		error instanceof Error &&
		'code' in error &&
		error.code === 'resource_missing' &&
		'param' in error &&
		error.param === 'starting_after'
	);
}
