import type { ItemParams } from '../../support/execute-node.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { aTrial, daysFromNow, getMany, partitionOf, run } from './harness.ts';

useTemporaryUserFolder();

describe('Account > Get Many', () => {
	const ids = (rows: ItemParams[]) => rows.map(({ accountId }) => accountId);

	beforeEach(async () => {
		const { accounts } = await partitionOf();
		const tell = async (accountId: string, facts: object) =>
			void (await accounts.upsert({ accountId, at: daysFromNow(-9), ...facts }, daysFromNow(-9)));
		await tell('soon', { subscription: aTrial(2), lastActiveAt: daysFromNow(-1) });
		await tell('later', { subscription: aTrial(20), signedUpAt: daysFromNow(-10) });
		await tell('over', { subscription: aTrial(-1), lastActiveAt: daysFromNow(-8) });
		await tell('paying', {
			subscription: aTrial(-9.5, {
				status: 'active',
				hasPaymentMethod: true,
				plans: [{ ...aTrial(1).plans[0], priceId: 'price_team' } as never],
			}),
			paidAt: daysFromNow(-9),
		});
		await tell('nobody', { name: 'Nobody' });
	});

	it.each<[string, ItemParams, string[]]>([
		['no filter', {}, ['soon', 'later', 'over', 'paying', 'nobody']],
		['trialing, as of now', { stages: ['trialing'] }, ['soon', 'later']],
		['lapsed, though nobody has written so', { stages: ['lapsed'] }, ['over']],
		['several stages', { stages: ['active', 'none'] }, ['paying', 'nobody']],
		['a stage that nobody is in', { stages: ['churned'] }, []],
		['a plan', { plan: 'price_team' }, ['paying']],
		[
			'ending within a week',
			{
				trialEndsAfter: new Date().toISOString(),
				trialEndsBefore: daysFromNow(7).toISOString(),
			},
			['soon'],
		],
		[
			'inactive since',
			{ inactiveSince: daysFromNow(-7).toISOString() },
			['later', 'over', 'paying', 'nobody'],
		],
		[
			'all filters at once',
			{ stages: ['trialing'], plan: 'price_pro', trialEndsBefore: daysFromNow(7).toISOString() },
			['soon'],
		],
	])('filters: %s', async (_name, filters, expected) => {
		expect(ids(await run([getMany(filters)])).sort()).toEqual([...expected].sort());
	});

	it('sorts, limits, and gives each item its own rows', async () => {
		const sort = { by: 'trialEndsAt', direction: 'desc' };
		const rows = await run([
			getMany({}, { sort, returnAll: false, limit: 2 }),
			getMany({ stages: ['none'] }),
		]);
		expect(ids(rows)).toEqual(['later', 'soon', 'nobody']);
	});

	it('reads more than one page', async () => {
		const { accounts } = await partitionOf('many');
		const now = new Date();
		for (let number = 0; number < 1_100; number++) {
			await accounts.upsert({ accountId: `account-${number}`, at: now }, now);
		}
		const items = [getMany(), getMany({}, { returnAll: false, limit: 700 })];
		const all = await run(items.map((item) => ({ ...item, workspace: 'many' })));
		expect(all).toHaveLength(1_800);
		expect(new Set(ids(all)).size).toBe(1_100);
	});

	it('refuses a date that is none, and goes on', async () => {
		const rows = await run(
			[getMany({ inactiveSince: 'yesterday' }), getMany({ stages: ['none'] })],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { message: '"Inactive Since" is not a date' } },
			{ accountId: 'nobody' },
		]);
	});
});
