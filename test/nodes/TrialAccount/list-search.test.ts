import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { TrialAccount } from '../../../nodes/TrialAccount/TrialAccount.node.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { createOrUpdate, run } from './harness.ts';

useTemporaryUserFolder();

async function search(filter?: string, token?: string, workspace = 'default') {
	const parameters: Record<string, string> = { workspace, mode: 'test' };
	const context = {
		getNode: () => ({}),
		getCurrentNodeParameter: (name: string) => parameters[name],
	};
	const { searchAccounts } = new TrialAccount().methods.listSearch;
	return await searchAccounts.call(context as unknown as ILoadOptionsFunctions, filter, token);
}

describe('the list of accounts', () => {
	it('shows who is there by name, finds them by any part of it, and keeps workspaces apart', async () => {
		await run([createOrUpdate('acct_1', 'ada@example.com'), createOrUpdate('acct_2')]);
		const { results } = await search();
		expect(results).toHaveLength(2);
		expect(results).toEqual(
			expect.arrayContaining([
				{ name: 'ada@example.com (acct_1)', value: 'acct_1' },
				{ name: 'acct_2', value: 'acct_2' },
			]),
		);
		expect((await search('ADA@')).results).toMatchObject([{ value: 'acct_1' }]);
		expect((await search('t_2')).results).toMatchObject([{ value: 'acct_2' }]);
		expect((await search(undefined, undefined, 'client-2')).results).toEqual([]);
	});

	it('finds the oldest of many by the whole ID or e-mail, and by a part on a late page', async () => {
		await run([createOrUpdate('acct_1', 'ada@example.com')]);
		await run(Array.from({ length: 450 }, (_, number) => createOrUpdate(`account-${number}`)));
		const ada = [{ name: 'ada@example.com (acct_1)', value: 'acct_1' }];
		for (const sign of ['acct_1', ' Ada@Example.com', 'da@exa']) {
			expect((await search(sign)).results).toEqual(ada);
		}
		expect((await search('nobody@example.com')).results).toEqual([]);
	});

	it('goes on to everybody, page by page', async () => {
		await run(Array.from({ length: 450 }, (_, number) => createOrUpdate(`account-${number}`)));
		const seen = new Set<unknown>();
		let token: string | undefined;
		let pages = 0;
		do {
			const page = await search('account', token);
			for (const { value } of page.results) seen.add(value);
			token = page.paginationToken as string | undefined;
			pages++;
		} while (token);
		expect(seen.size).toBe(450);
		expect(pages).toBe(3);
	});
});
