import { accountIdFor } from '../../../lifecycle/account-id.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { createOrUpdate, get, getTimeline, partitionOf, record, run } from './harness.ts';

useTemporaryUserFolder();

const FIRST = '2027-01-04T09:00:00.000Z';
const LATER = '2027-01-05T09:00:00.000Z';

describe('Milestone > Record', () => {
	it('records by account id and by e-mail, and makes accounts that were not known', async () => {
		await run([createOrUpdate('acct_1', 'ada@example.com')]);
		expect(
			await run([
				record('acct_1', 'created_project', FIRST),
				record('ADA@example.com', 'invited_teammate'),
				record('bob@example.com', 'created_project', FIRST),
				record('acct_3', 'első lépés'),
			]),
		).toMatchObject([
			{ accountId: 'acct_1', milestone: 'created_project', reachedAt: FIRST, isNew: true },
			{ accountId: 'acct_1', milestone: 'invited_teammate', isNew: true },
			{ accountId: accountIdFor('bob@example.com'), isNew: true },
			{ accountId: 'acct_3', milestone: 'első lépés', isNew: true },
		]);
		expect(await run([get('bob@example.com')])).toMatchObject([
			{ email: 'bob@example.com', lastActiveAt: FIRST, milestones: { created_project: FIRST } },
		]);
	});

	it.each([
		['later', FIRST, LATER],
		['earlier', LATER, FIRST],
	])('told again with an instant that is %s, keeps the earliest one', async (_name, one, other) => {
		await run([record('acct_1', 'created_project', one)]);
		expect(await run([record('acct_1', 'created_project', other)])).toMatchObject([
			{ reachedAt: FIRST, isNew: false },
		]);
		const { milestones } = await partitionOf();
		expect(await milestones.list('acct_1')).toEqual([
			{ name: 'created_project', reachedAt: new Date(FIRST) },
		]);
	});

	it('tells the timeline once, however often it runs', async () => {
		const item = record('acct_1', 'created_project', FIRST);
		await run([item, item]);
		await Promise.all([run([item]), run([item])]);
		expect(await run([getTimeline('acct_1')])).toMatchObject([
			{ kind: 'milestone_reached', at: FIRST, data: { milestone: 'created_project' } },
		]);
	});

	it('of two items that tell the same at once, one is new', async () => {
		const item = record('acct_1', 'created_project');
		expect((await run([item, item])).map(({ isNew }) => isNew)).toEqual([true, false]);
	});

	it.each([
		['no account', record('', 'm'), '"Account" is empty'],
		['a quote', record("it's", 'm'), '"Account" is neither an account ID nor an e-mail'],
		['no milestone', record('acct_1', ''), '"Milestone" is empty'],
		['markup', record('acct_1', '<b>'), '"Milestone" is malformed'],
		['no date', record('acct_1', 'm', 'soon'), '"Reached At" is not a date'],
		[
			'a customer that nobody knows',
			record('cus_404', 'm'),
			'The store has no account for "cus_404"',
		],
	])('refuses %s and goes on', async (_name, wrong, message) => {
		const rows = await run([wrong, record('acct_2', 'm')], { continueOnFail: true });
		expect(rows).toMatchObject([{ error: { message } }, { accountId: 'acct_2', isNew: true }]);
	});
});
