import type Stripe from 'stripe';

/** Stripe's longest page. https://docs.stripe.com/api/pagination */
export const PAGE_SIZE = 100;

/**
 * A long list page by page. The next one is asked for when the one before has been dealt with, and nothing else
 * holds it meanwhile: whoever empties a page early has its memory back early, which the SDK's own paging keeps.
 */
export async function* inPages<T extends { readonly id: string }>(
	list: (paging: Stripe.PaginationParams) => Promise<Stripe.ApiList<T>>,
	{ after, size }: { readonly after: string | null; readonly size: number },
): AsyncGenerator<T[]> {
	let last = after;
	for (;;) {
		const { data, has_more } = await list({
			limit: size,
			...(last === null ? {} : { starting_after: last }),
		});
		last = data.at(-1)?.id ?? null;
		if (data.length > 0) yield data;
		if (!has_more || last === null) return;
	}
}

/** What a list of the SDK gives, in portions. */
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
