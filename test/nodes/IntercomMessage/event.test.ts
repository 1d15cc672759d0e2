import type { ItemParams } from '../../support/execute-node.ts';
import { contact, useIntercom } from './harness.ts';

const intercom = useIntercom();
const { run, call } = intercom;

const track = (who: string, more: ItemParams = {}): ItemParams => ({
	resource: 'event',
	operation: 'track',
	contact: who,
	eventName: 'trial-started',
	happenedAt: new Date(Date.now() - 60_000).toISOString(),
	metadata: {},
	...more,
});

interface Events {
	readonly events: ReadonlyArray<{
		readonly event_name: string;
		readonly created_at: number;
		readonly metadata: Record<string, unknown>;
	}>;
}

const eventsOf = async (contactId: unknown) =>
	(await call<Events>('GET', `/events?type=user&intercom_user_id=${String(contactId)}`)).events;

describe('Event > Track', () => {
	it('tells of users by account ID and of leads by contact ID; told twice, it counts once', async () => {
		const [user] = await run([contact('acct_1')]);
		const lead = await call<{ id: string }>('POST', '/contacts', { role: 'lead' });
		const items = [
			track('acct_1', { metadata: { entry: [{ key: 'plan', value: 'pro' }] } }),
			track(lead.id),
		];
		const rows = await run(items);
		expect(rows).toMatchObject([
			{ accountId: 'acct_1', eventName: 'trial-started', tracked: true },
			{ contactId: lead.id, tracked: true },
		]);
		expect(await run(items)).toEqual(rows);
		expect(await eventsOf(user?.['contactId'])).toMatchObject([{ metadata: { plan: 'pro' } }]);
		expect(await eventsOf(lead.id)).toHaveLength(1);
	});

	it('takes a time without offset in the time zone of the workflow, and dates as unix seconds', async () => {
		const [user] = await run([contact('acct_1')]);
		const day = new Date().toISOString().slice(0, 10);
		const entry = [{ key: 'ends_date', value: '2027-01-18T09:00:00Z' }];
		await run([track('acct_1', { happenedAt: `${day} 00:00`, metadata: { entry } })]);
		expect(await eventsOf(user?.['contactId'])).toMatchObject([
			{ created_at: Date.parse(`${day}T00:00:00Z`) / 1000, metadata: { ends_date: '1800262800' } },
		]);
	});

	it.each([
		['an empty name', { eventName: '' }, '"Event Name" is empty'],
		['a time that is none', { happenedAt: '' }, '"Happened At" is not a date'],
		[
			'more metadata than Intercom keeps',
			{ metadata: { entry: [...'abcdefghijk'].map((key) => ({ key, value: '1' })) } },
			'An event takes 10 keys of metadata, not 11',
		],
	])('refuses %s', async (_name, more, error) => {
		await expect(run([track('acct_1', more)])).rejects.toThrow(error);
	});

	it('fails for an account that Intercom does not know, and goes on with the others', async () => {
		await run([contact('acct_1')]);
		expect(await run([track('acct_404'), track('acct_1')], { continueOnFail: true })).toMatchObject(
			[{ error: { httpCode: 404 } }, { tracked: true }],
		);
	});
});
