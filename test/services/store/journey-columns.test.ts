import { openStore } from '../../../services/store/index.ts';
import type { Subscription } from '../../../lifecycle/subscription.ts';
import { aSubscription } from '../../support/subscription.ts';
import { onBothDatabases } from './databases.ts';
import { execute } from './older-store.ts';

const NOW = new Date('2026-04-01T12:00:00Z');
const DEFAULT = { workspace: 'default', mode: 'test' } as const;
/** The version that brought the columns. */
const VERSION = 3;

/** What a store of the version before looks like. */
const BACK = [
	'drop index accounts_by_test_clock',
	'alter table accounts drop column test_clock_id',
	'drop index sends_left_behind',
	'alter table sends drop column variant',
	'alter table sends drop column emissions',
	'alter table sends drop column footing',
	'drop index accounts_by_subscription_ends_at',
	'alter table accounts drop column subscription_ends_at',
	'drop index event_deliveries_running',
	'alter table event_deliveries drop column failures',
	'drop table event_people',
	`delete from migrations where version >= ${VERSION}`,
];

onBothDatabases((database) => {
	it('knows after an update on which test clocks the accounts of an older store stand', async () => {
		const location = database.freshLocation();
		const older = await openStore(location);
		const { accounts } = older.partition(DEFAULT);
		const on = async (accountId: string, testClockId: string | null) =>
			await accounts.upsert(
				{
					accountId,
					at: NOW,
					subscription: aSubscription({ id: `sub_${accountId}`, testClockId }),
				},
				NOW,
			);
		await on('real', null);
		await on('one', 'clock_1');
		await accounts.upsert({ accountId: 'none', at: NOW }, NOW);
		await older.close();
		await execute(location, BACK);

		const newer = await openStore(location);
		expect(await newer.partition(DEFAULT).accounts.testClocks()).toEqual(['clock_1']);
		await newer.close();
	});

	it('knows after an update when the subscriptions of an older store ended, or will', async () => {
		const location = database.freshLocation();
		const older = await openStore(location);
		const { accounts } = older.partition(DEFAULT);
		const hour = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
		const learn = async (accountId: string, more: Partial<Subscription>) => {
			const subscription = aSubscription({ id: `sub_${accountId}`, trial: null, ...more });
			await accounts.upsert({ accountId, at: NOW, subscription }, NOW);
		};
		await learn('stays', { status: 'active' });
		await learn('leaves', { status: 'active', cancelsAt: hour(2) });
		await learn('left', { status: 'canceled', cancelsAt: hour(3), endedAt: hour(1) });
		await accounts.upsert({ accountId: 'none', at: NOW }, NOW);
		await older.close();
		await execute(location, BACK);

		const newer = await openStore(location);
		const due = await newer.partition(DEFAULT).accounts.due({
			anchor: 'subscriptionEndsAt',
			from: hour(0),
			to: hour(9),
			limit: 10,
		});
		expect(due.map(({ accountId }) => accountId)).toEqual(['left', 'leaves']);
		await newer.close();
	});
});
