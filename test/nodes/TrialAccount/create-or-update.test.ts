import { accountIdFor } from '../../../lifecycle/account-id.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { createOrUpdate, getMany, getTimeline, run } from './harness.ts';

useTemporaryUserFolder();

describe('Account > Create or Update', () => {
	it('creates two accounts, changes what differs, and nothing when told the same again', async () => {
		const items = [
			createOrUpdate('acct_1', 'ada@example.com', {
				name: 'Ada',
				timeZone: 'Europe/Budapest',
				signedUpAt: '2027-01-04T09:00:00Z',
			}),
			createOrUpdate('acct_2'),
		];
		const first = await run(items);
		expect(first).toMatchObject([
			{ accountId: 'acct_1', email: 'ada@example.com', name: 'Ada', stage: 'none', isNew: true },
			{ accountId: 'acct_2', email: null, isNew: true },
		]);
		expect(first[0]).toMatchObject({ signedUpAt: '2027-01-04T09:00:00.000Z' });
		expect(await run(items)).toMatchObject([
			{ isNew: false, changed: [] },
			{ isNew: false, changed: [] },
		]);
		expect(await run([createOrUpdate('acct_1', '', { name: 'Ada L.' })])).toMatchObject([
			{ email: 'ada@example.com', name: 'Ada L.', isNew: false, changed: ['name'] },
		]);
	});

	it('finds the account of any spelling of an e-mail, or gives it the id that Stripe Trial would', async () => {
		await run([createOrUpdate('acct_1', 'ada@example.com')]);
		const rows = await run([
			createOrUpdate('', 'Ada+x@Example.com', { language: 'hu' }),
			createOrUpdate('', 'bob@example.com'),
			createOrUpdate('', 'Bob+x@example.com'),
		]);
		expect(rows).toMatchObject([
			{ accountId: 'acct_1', language: 'hu', isNew: false },
			{ accountId: accountIdFor('bob@example.com'), isNew: true },
			{ accountId: accountIdFor('bob@example.com'), isNew: false },
		]);
	});

	it('tells the timeline what is different, without saying what it was, and not of mere activity', async () => {
		await run([
			createOrUpdate('acct_1', 'ada@example.com'),
			createOrUpdate('acct_1', 'ada@example.com', { lastActiveAt: '2027-01-05' }),
			createOrUpdate('acct_1', '', { name: 'Ada', lastActiveAt: '2027-01-06' }),
			createOrUpdate('acct_1', '', { name: 'Ada' }),
		]);
		const rows = await run([getTimeline('acct_1')]);
		expect(rows.map(({ kind, data }) => [kind, data])).toEqual([
			['account_updated', { changed: ['name', 'lastActiveAt'] }],
			['account_created', { changed: [] }],
		]);
	});

	it('keeps the first sign-up and the last activity', async () => {
		const told = async (day: string) =>
			await run([createOrUpdate('acct_1', '', { signedUpAt: day, lastActiveAt: day })]);
		await told('2027-01-02');
		await told('2027-01-01');
		expect(await told('2027-01-03')).toMatchObject([
			{ signedUpAt: '2027-01-01T00:00:00.000Z', lastActiveAt: '2027-01-03T00:00:00.000Z' },
		]);
	});

	it.each([
		['neither id nor e-mail', createOrUpdate('', ''), 'The account ID is empty'],
		['a malformed e-mail', createOrUpdate('acct_1', 'ada@'), 'The e-mail is malformed'],
		['a quote in the id', createOrUpdate("it's"), 'The account ID is malformed'],
		[
			'a time zone that is none',
			createOrUpdate('acct_1', '', { timeZone: 'Budapest' }),
			'"Time Zone" is not a time zone',
		],
		[
			'a date that is none',
			createOrUpdate('acct_1', '', { signedUpAt: 'soon' }),
			'"Signed Up At" is not a date',
		],
	])('refuses %s, stores nothing of it and goes on', async (_name, wrong, message) => {
		const rows = await run([wrong, createOrUpdate('acct_2')], { continueOnFail: true });
		expect(rows).toMatchObject([{ error: { message } }, { accountId: 'acct_2', isNew: true }]);
		expect(await run([getMany()])).toHaveLength(1);
	});
});
