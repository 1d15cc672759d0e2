import type { ItemParams } from '../../support/execute-node.ts';
import { contact, useIntercom } from './harness.ts';

const intercom = useIntercom();
const { run, call } = intercom;

const company = (companyId: string, who: string, more: ItemParams = {}): ItemParams => ({
	resource: 'company',
	operation: 'createOrUpdate',
	companyId,
	contact: who,
	additionalFields: {},
	customAttributes: {},
	...more,
});

describe('Company > Create or Update', () => {
	beforeEach(async () => void (await run([contact('acct_1'), contact('acct_2')])));

	it('creates companies with their people, and brings them up to date when run again', async () => {
		const items = [
			company('team_1', 'acct_1', {
				additionalFields: {
					name: 'Acme',
					monthlySpend: 29.9,
					size: 12,
					createdAt: '2027-01-04T09:00:00Z',
				},
			}),
			company('team_2', 'acct_2'),
		];
		const first = await run(items);
		expect(first).toMatchObject([
			{ companyId: 'team_1', name: 'Acme', monthlySpend: 29, size: 12, accountId: 'acct_1' },
			{ companyId: 'team_2', accountId: 'acct_2' },
		]);
		const renamed = company('team_1', 'acct_2', { additionalFields: { name: 'Acme Ltd' } });
		expect(await run([renamed])).toMatchObject([
			{ intercomCompanyId: first[0]?.['intercomCompanyId'], name: 'Acme Ltd', monthlySpend: 29 },
		]);
		const people = await call<{ total_count: number }>(
			'GET',
			`/companies/${String(first[0]?.['intercomCompanyId'])}/contacts`,
		);
		expect(people.total_count).toBe(2);
	});

	it('makes no company without its person, and goes on with the others', async () => {
		const items = [
			company('team_9', 'acct_404'),
			company('', 'acct_1'),
			company('team_1', 'acct_1'),
		];
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { message: 'Intercom has no contact for the account "acct_404"' } },
			{ error: { message: '"Company ID" is empty' } },
			{ companyId: 'team_1' },
		]);
		await expect(call('GET', '/companies?company_id=team_9')).rejects.toThrow('not_found');
	});
});
