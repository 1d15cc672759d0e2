import type { INodeListSearchItems, INodeListSearchResult } from 'n8n-workflow';

/** What fits into the panel's list; more is a scroll away. */
const ENOUGH_MATCHES = 20;
const PAGES_AT_ONCE = 10;

export interface ListPage {
	readonly entries: readonly INodeListSearchItems[];
	/** Where the next page begins; none after the last one. */
	readonly next?: string | undefined;
}

/**
 * Entries of a list that cannot be searched where it lies: pages are read on until there are some matches, so that
 * a match on a late page is found as well as one on the first.
 */
export async function findOnPages(
	read: (token: string | undefined) => Promise<ListPage>,
	filter = '',
	token?: string,
): Promise<INodeListSearchResult> {
	const results: INodeListSearchItems[] = [];
	let next = token;
	for (let page = 1; page <= PAGES_AT_ONCE; page++) {
		const { entries, next: following } = await read(next);
		results.push(...entries.filter((entry) => isMatch(entry, filter)));
		next = following;
		if (next === undefined || results.length >= ENOUGH_MATCHES || filter === '') break;
	}
	return { results, ...(next === undefined ? {} : { paginationToken: next }) };
}

function isMatch({ name, value }: INodeListSearchItems, filter: string): boolean {
	return `${name} ${value}`.toLowerCase().includes(filter.trim().toLowerCase());
}
