import { optional, queryInteger, text, type Shape } from './body.ts';
import { invalid } from './failure.ts';

export const MAX_PER_PAGE = 150;

/** The query of the lists that page by cursor. */
export const pagingQuery = {
	page: optional(queryInteger({ min: 1, max: 100_000 })),
	per_page: optional(queryInteger({ min: 1, max: MAX_PER_PAGE })),
	starting_after: optional(text()),
} satisfies Shape;

export interface Paging {
	readonly per_page?: number | undefined;
	readonly starting_after?: string | null | undefined;
}

export interface Page<T> {
	readonly items: readonly T[];
	readonly total: number;
	readonly pages: unknown;
}

/**
 * One page of an ordered collection. The cursor names the last record seen, so that records which arrive at the
 * front in between neither repeat nor hide others. `next` is left out on the last page, as Intercom does.
 */
export function pageOf<T extends { readonly id: string }>(
	all: readonly T[],
	{ per_page: perPage = 50, starting_after: startingAfter }: Paging,
): Page<T> {
	const cursor = startingAfter ? decodeCursor(startingAfter) : { page: 0, lastId: undefined };
	const seen = all.findIndex(({ id }) => id === cursor.lastId);
	if (cursor.lastId !== undefined && seen < 0)
		throw invalid('starting_after is not a valid cursor');
	const items = all.slice(seen + 1, seen + 1 + perPage);
	const last = items.at(-1);
	const hasMore = seen + 1 + perPage < all.length;
	const page = cursor.page + 1;
	return {
		items,
		total: all.length,
		pages: {
			type: 'pages',
			page,
			...(hasMore && last
				? { next: { per_page: perPage, starting_after: encodeCursor(page, last.id) } }
				: {}),
			per_page: perPage,
			total_pages: Math.ceil(all.length / perPage),
		},
	};
}

function encodeCursor(page: number, lastId: string): string {
	return Buffer.from(JSON.stringify([page, lastId])).toString('base64url');
}

function decodeCursor(cursor: string): { page: number; lastId: string } {
	try {
		const [page, lastId] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
		if (typeof page === 'number' && typeof lastId === 'string') return { page, lastId };
	} catch {
		// Refused below.
	}
	throw invalid('starting_after is not a valid cursor');
}
