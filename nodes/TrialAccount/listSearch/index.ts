import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import type { Account } from '../../../lifecycle/account.ts';
import { openNodeStore } from '../../../services/n8n/node-store.ts';
import type { Partition } from '../../../services/store/index.ts';

const PAGE_SIZE = 200;

/** Accounts of the workspace and mode that the panel shows, newest first, a page at a time. */
export async function searchAccounts(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const store = await openNodeStore(this);
	const { accounts, nextCursor } = await store.partition(shownPartition(this)).accounts.list({
		sortBy: 'createdAt',
		direction: 'desc',
		limit: PAGE_SIZE,
		...(paginationToken ? { cursor: paginationToken } : {}),
	});
	const wanted = filter?.toLowerCase() ?? '';
	return {
		results: accounts
			.map((account) => ({ name: nameOf(account), value: account.accountId }))
			.filter(({ name }) => name.toLowerCase().includes(wanted)),
		...(nextCursor === null ? {} : { paginationToken: nextCursor }),
	};
}

function shownPartition(context: ILoadOptionsFunctions): Partition {
	return {
		workspace: String(context.getCurrentNodeParameter('workspace') ?? 'default'),
		mode: context.getCurrentNodeParameter('mode') === 'test' ? 'test' : 'live',
	};
}

function nameOf({ accountId, email, name }: Account): string {
	const person = email ?? name;
	return person === null ? accountId : `${person} (${accountId})`;
}
