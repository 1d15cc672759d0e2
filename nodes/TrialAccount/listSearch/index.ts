import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { Account } from '../../../lifecycle/account.ts';
import { findOnPages } from '../../../services/n8n/list-search.ts';
import { openNodeStore } from '../../../services/n8n/node-store.ts';
import type { Partition, StorePartition } from '../../../services/store/index.ts';

const PAGE_SIZE = 200;

/**
 * Accounts of the workspace and mode that the panel shows: whom the whole ID or e-mail names, at once, however many
 * there are; otherwise newest first, a page at a time, by any part of them.
 */
export async function searchAccounts(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const store = await openNodeStore(this);
	const { accounts } = store.partition(shownPartition(this));
	const named = paginationToken === undefined ? await namedBy(accounts, filter.trim()) : null;
	if (named) return { results: [toEntry(named)] };
	return await findOnPages(
		async (cursor) => {
			const page = await accounts.list({
				sortBy: 'createdAt',
				direction: 'desc',
				limit: PAGE_SIZE,
				...(cursor === undefined ? {} : { cursor }),
			});
			return { entries: page.accounts.map(toEntry), next: page.nextCursor ?? undefined };
		},
		filter,
		paginationToken,
	);
}

async function namedBy(accounts: StorePartition['accounts'], sign: string) {
	if (sign === '') return null;
	return (await accounts.get(sign)) ?? (await accounts.find({ email: sign }));
}

function shownPartition(context: ILoadOptionsFunctions): Partition {
	return {
		workspace: String(context.getCurrentNodeParameter('workspace') ?? 'default'),
		mode: context.getCurrentNodeParameter('mode') === 'test' ? 'test' : 'live',
	};
}

function toEntry(account: Account) {
	return { name: nameOf(account), value: account.accountId };
}

function nameOf({ accountId, email, name }: Account): string {
	const person = email ?? name;
	return person === null ? accountId : `${person} (${accountId})`;
}
