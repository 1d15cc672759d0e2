import type {
	IncomingEvent,
	LifecycleStore,
	StorePartition,
} from '../../../services/store/index.ts';
import { openStore, type StoreLocation } from '../../../services/store/index.ts';
import { peopleIn } from '../../../services/store/event-people.ts';
import { onBothDatabases } from './databases.ts';
import { execute } from './older-store.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const DAY_MS = 86_400_000;
const after = (days: number) => new Date(NOW.getTime() + days * DAY_MS);

describe('peopleIn', () => {
	it.each<[string, object, string[]]>([
		['an invoice', { customer: 'cus_1', customer_email: 'Ada@example.com' }, ['ada@example.com']],
		[
			'a payment page',
			{
				id: 'cs_1',
				client_reference_id: 'acct_1',
				customer_details: { email: 'a.da+news@gmail.com' },
				customer_email: null,
			},
			['ada@gmail.com', 'acct_1'],
		],
		['a subscription', { metadata: { account_id: 'acct_1', plan: 'pro' } }, ['acct_1']],
		[
			'a changed address',
			{ object: { email: 'new@example.com' }, previous_attributes: { email: 'old@example.com' } },
			['new@example.com', 'old@example.com'],
		],
		[
			'a conversation, of whose two sides one is the team',
			{
				contacts: { contacts: [{ type: 'contact', external_id: 'acct_1' }] },
				source: { author: { type: 'user', email: 'ada@example.com' } },
				assignee: { type: 'admin', email: 'dora@acme.example' },
			},
			['acct_1', 'ada@example.com'],
		],
		[
			'notes of an operator, who names the colleague in charge',
			{
				metadata: { sales_email: 'bob@acme.example' },
				custom_attributes: { owner_email: 'b@c.de' },
			},
			[],
		],
		['nobody', { email: '', receipt_email: null, customer_email: 'none', items: [1, null] }, []],
	])('in %s', (_, object, expected) => {
		const found = peopleIn({ data: { object } }).map(({ value }) => value);
		expect(found.sort()).toEqual(expected.sort());
	});
});

const anEvent = (id: string, accountKey: string, object: object = {}): IncomingEvent => ({
	...{ id, accountKey, type: 'any', createdAt: NOW, via: 'webhook' },
	payload: { id, data: { object } },
});

/** What lies in the inbox of somebody with two customers, of a payment page, and of somebody else. */
const EVENTS = [
	anEvent('of the account', 'cus_1', { customer: 'cus_1' }),
	anEvent('of the second customer, naming her', 'cus_2', { customer_email: 'Ada+x@example.com' }),
	anEvent('of the second customer', 'cus_2', { customer: 'cus_2' }),
	anEvent('of a page', 'cs_1', { customer_details: { email: 'ada@example.com' } }),
	anEvent('of a third customer', 'cus_3', { metadata: { account_id: 'acct_ada' } }),
	anEvent('of a customer of old', 'cus_0', { customer: 'cus_0' }),
	anEvent('of somebody else', 'cus_9', { customer_email: 'bob@example.com' }),
];
const OF_ADA = EVENTS.map(({ id }) => id).filter((id) => id !== 'of somebody else');

async function receiveAll({ accounts, timeline, inbox }: StorePartition): Promise<void> {
	const ada = { accountId: 'acct_ada', at: NOW, email: 'ada@example.com', customerId: 'cus_1' };
	await accounts.upsert(ada, NOW);
	await timeline.append({
		...{ accountId: 'acct_ada', at: NOW, kind: 'customer_created', source: 'stripeTrial' },
		data: { customerId: 'cus_0' },
	});
	await inbox.subscribe('trigger', { types: ['any'], from: NOW });
	await inbox.receive(EVENTS, NOW);
}

onBothDatabases((database) => {
	let store: LifecycleStore;
	let partition: StorePartition;
	let workspaces = 0;
	beforeAll(async () => {
		store = await database.freshStore();
	});
	beforeEach(() => {
		partition = store.partition({ workspace: `workspace ${workspaces++}`, mode: 'test' });
	});

	const erase = async (accountId: string, more: object = {}) => {
		const { stripeEvents } = await partition.erase(accountId, { isDryRun: false, ...more }, NOW);
		return [...stripeEvents].sort();
	};
	const left = async () =>
		(await partition.inbox.claim('trigger', { limit: 100, leaseMs: 1 }, after(1))).map(
			({ eventId }) => eventId,
		);

	it('an erasure takes every event that holds something of the person, and no other', async () => {
		await receiveAll(partition);
		expect(await erase('acct_ada', { isDryRun: true })).toEqual([...OF_ADA].sort());
		expect(await erase('acct_ada')).toEqual([...OF_ADA].sort());
		expect(await left()).toEqual(['of somebody else']);
		expect(await erase('acct_ada', { email: 'ada@example.com' })).toEqual([]);
	});

	it('an erasure by e-mail takes what was sent of somebody who never became an account', async () => {
		await partition.inbox.receive(EVENTS, NOW);
		expect(await erase('nobody', { email: 'ADA@example.com' })).toEqual(
			['of a page', 'of the second customer', 'of the second customer, naming her'].sort(),
		);
	});

	it('an erasure takes parked events, and counts them before', async () => {
		await receiveAll(partition);
		await park();
		expect(await erase('acct_ada', { isDryRun: true })).toEqual([...OF_ADA].sort());
		await erase('acct_ada');
		const parked = await partition.inbox.parked({});
		expect(parked.map(({ eventId }) => eventId)).toEqual(['of somebody else']);
	});

	it('parked events are kept for 59 days more than others, and not for ever', async () => {
		await receiveAll(partition);
		await park();
		expect(await partition.inbox.purge(after(59))).toBe(0);
		expect(await partition.inbox.purge(after(60))).toBe(EVENTS.length);
		expect(await partition.inbox.counts('trigger')).toMatchObject({ parked: 0 });
		expect(await erase('acct_ada')).toEqual([]);
	});

	it('an erasure finds what an older store had received', async () => {
		const location: StoreLocation = database.freshLocation();
		const workspace = { workspace: 'default', mode: 'test' } as const;
		const older = await openStore(location);
		await receiveAll(older.partition(workspace));
		await older.close();
		await execute(location, [
			'drop table event_people',
			'delete from migrations where version = (select max(version) from migrations)',
		]);
		const newer = await openStore(location);
		partition = newer.partition(workspace);
		expect(await erase('acct_ada')).toEqual([...OF_ADA].sort());
		await newer.close();
	});

	async function park() {
		for (;;) {
			const deliveries = await partition.inbox.claim('trigger', { limit: 100, leaseMs: 1 }, NOW);
			if (deliveries.length === 0) return;
			const failure = { error: 'x', parkAfter: 1, backoffMs: 1, maxBackoffMs: 1 };
			await partition.inbox.fail(deliveries, failure, NOW);
		}
	}
});
