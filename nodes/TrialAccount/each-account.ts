import type { Account } from '../../lifecycle/account.ts';
import { giveWay } from '../../services/store/give-way.ts';
import type { AccountQuery, Accounts } from '../../services/store/index.ts';

const PAGE_SIZE = 500;

/** Accounts one by one, read in pages, so that memory does not grow with their number. */
export async function* eachAccount(
	accounts: Pick<Accounts, 'list'>,
	query: Omit<AccountQuery, 'limit' | 'cursor'>,
): AsyncGenerator<Account> {
	let cursor: string | null = null;
	do {
		const page: Awaited<ReturnType<Accounts['list']>> = await accounts.list({
			...query,
			limit: PAGE_SIZE,
			...(cursor === null ? {} : { cursor }),
		});
		yield* page.accounts;
		await giveWay();
		cursor = page.nextCursor;
	} while (cursor !== null);
}
