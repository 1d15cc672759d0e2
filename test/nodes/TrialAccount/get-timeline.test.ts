import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { getTimeline, partitionOf, run } from './harness.ts';

useTemporaryUserFolder();

describe('Account > Get Timeline', () => {
	beforeEach(async () => {
		const { accounts, timeline } = await partitionOf();
		await accounts.upsert(
			{ accountId: 'acct_1', at: new Date(), email: 'ada@example.com' },
			new Date(),
		);
		for (const [day, kind] of ['trial_started', 'message_sent', 'message_sent'].entries()) {
			await timeline.append({
				accountId: 'acct_1',
				at: new Date(Date.UTC(2027, 0, day + 1)),
				kind,
				source: 'test',
				data: { endsAt: new Date(Date.UTC(2027, 1, 1)) },
			});
		}
		await timeline.append({
			accountId: 'contact-9',
			at: new Date(),
			kind: 'message_sent',
			source: 'test',
		});
	});

	it('tells what happened, newest first, by any sign, and only what was asked for', async () => {
		const rows = await run([
			getTimeline('acct_1', { limit: 2 }),
			getTimeline('ADA@example.com', { kinds: 'trial_started, trial_lapsed', returnAll: true }),
		]);
		expect(rows.map(({ at, kind }) => [at, kind])).toEqual([
			['2027-01-03T00:00:00.000Z', 'message_sent'],
			['2027-01-02T00:00:00.000Z', 'message_sent'],
			['2027-01-01T00:00:00.000Z', 'trial_started'],
		]);
		expect(rows[2]).toMatchObject({ data: { endsAt: '2027-02-01T00:00:00.000Z' } });
	});

	it('reads a timeline of any length', async () => {
		const { accounts, timeline } = await partitionOf();
		await accounts.upsert({ accountId: 'acct_2', at: new Date() }, new Date());
		for (let second = 0; second < 1_100; second++) {
			const at = new Date(second * 1_000);
			await timeline.append({ accountId: 'acct_2', at, kind: 'test', source: 'test' });
		}
		const rows = await run([
			getTimeline('acct_2', { returnAll: true }),
			getTimeline('acct_2', { limit: 600 }),
		]);
		expect(rows).toHaveLength(1_700);
		expect(new Set(rows.slice(0, 1_100).map(({ at }) => at)).size).toBe(1_100);
	});

	it('knows contacts without an account, and has no rows of those nobody knows', async () => {
		const rows = await run([getTimeline('acct_404'), getTimeline('contact-9')]);
		expect(rows).toMatchObject([{ accountId: 'contact-9' }]);
	});

	it('names the item that asks for nobody, and goes on', async () => {
		const items = [getTimeline(''), getTimeline('contact-9')];
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { message: '"Account" is empty' } },
			{ accountId: 'contact-9' },
		]);
	});
});
