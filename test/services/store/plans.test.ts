import { mergeFacts } from '../../../lifecycle/account.ts';
import type { AccountSign, Anchor, StorePartition } from '../../../services/store/index.ts';
import { openStore } from '../../../services/store/index.ts';
import { aSubscription } from '../../support/subscription.ts';
import { withSqlite } from './databases.ts';

const NOW = new Date('2026-03-10T12:00:00Z');
const WINDOW = { from: NOW, to: new Date('2026-03-11T12:00:00Z'), limit: 1_000 };
const ANCHORS: readonly Anchor[] = [
	'signedUpAt',
	'trialStartedAt',
	'trialEndsAt',
	'lapsedAt',
	'canceledAt',
	'subscriptionEndsAt',
	'failingSince',
];
const ONE = mergeFacts(null, { accountId: 'acme-1', at: NOW, subscription: aSubscription() }, NOW);
const STEP = { journey: 'conversion', step: 'last-day' };

/**
 * What is asked while people wait must cost what it finds, not what is stored. `bench/store.ts` measures it on
 * both databases; here SQLite says how it would go about each question.
 */
describe('the plan of SQLite', () => {
	const database = withSqlite();
	const { DatabaseSync } = process.getBuiltinModule('node:sqlite');

	async function planOf(ask: (partition: StorePartition) => Promise<unknown>): Promise<string[]> {
		const location = database.freshLocation();
		const store = await openStore(location);
		const partition = store.partition({ workspace: 'default', mode: 'test' });
		const prepare = jest.spyOn(DatabaseSync.prototype, 'prepare');
		await ask(partition);
		const statements = prepare.mock.calls
			.map(([sql]) => sql)
			.filter((sql) => /^(select|update|delete)/.test(sql));
		prepare.mockRestore();
		await store.close();

		const reader = new DatabaseSync(location.kind === 'sqlite' ? location.file : '');
		const plan = statements.flatMap((sql) =>
			reader
				.prepare(`explain query plan ${sql}`)
				.all()
				.map(({ detail }) => String(detail)),
		);
		reader.close();
		expect(plan.length).toBeGreaterThan(0);
		return plan;
	}

	const questions: Array<[string, (partition: StorePartition) => Promise<unknown>]> = [
		...ANCHORS.flatMap((anchor): typeof questions => [
			[
				`accounts due by ${anchor}`,
				async ({ accounts }) => await accounts.due({ ...WINDOW, anchor, stages: ['trialing'] }),
			],
			[
				`accounts due by ${anchor}, without those handled, after another`,
				async ({ accounts }) =>
					await accounts.due({ ...WINDOW, anchor, notYetClaimed: STEP, after: ONE }),
			],
		]),
		[
			'steps that were left behind',
			async ({ sends }) => await sends.leftBehind('conversion', 10, NOW),
		],
		['test clocks', async ({ accounts }) => await accounts.testClocks()],
		...ANCHORS.map((anchor): (typeof questions)[number] => [
			`accounts due by ${anchor} on a test clock`,
			async ({ accounts }) =>
				await accounts.due({ ...WINDOW, anchor, testClockId: 'clock_1', notYetClaimed: STEP }),
		]),
		['an account by id', async ({ accounts }) => await accounts.get('acme-1')],
		[
			'an account by e-mail',
			async ({ accounts }) => await accounts.find({ email: 'ann@example.com' }),
		],
		[
			'an account by customer',
			async ({ accounts }) => await accounts.find({ customerId: 'cus_1' }),
		],
		[
			'an account by subscription',
			async ({ accounts }) => await accounts.find({ subscriptionId: 'sub_1' }),
		],
		['an account by contact', async ({ accounts }) => await accounts.find({ contactId: 'c_1' })],
		[
			'the next page of accounts',
			async ({ accounts }) =>
				await accounts.list({ limit: 10, cursor: Buffer.from('[1,"a"]').toString('base64url') }),
		],
		[
			'accounts by the end of the trial',
			async ({ accounts }) =>
				await accounts.list({ limit: 10, sortBy: 'trialEndsAt', direction: 'desc' }),
		],
		[
			'accounts by activity',
			async ({ accounts }) => await accounts.list({ limit: 10, sortBy: 'lastActiveAt' }),
		],
		[
			'how often an account was written to',
			async ({ sends }) =>
				await sends.frequency({ accountId: 'acme-1', category: 'marketing', since: NOW }),
		],
		['what was sent to an account', async ({ sends }) => await sends.list('acme-1', 10)],
		['claims whose process died', async ({ sends }) => await sends.expire(NOW)],
		[
			'the next deliveries',
			async ({ inbox }) => await inbox.claim('trigger', { limit: 100, leaseMs: 1 }, NOW),
		],
		['when the next delivery is due', async ({ inbox }) => await inbox.nextDueAt('trigger')],
		['what is parked for anybody', async ({ inbox }) => await inbox.parked({ limit: 10 })],
		['what is parked', async ({ inbox }) => await inbox.parked({ consumer: 'trigger', limit: 10 })],
		[
			'the timeline of an account',
			async ({ timeline }) => await timeline.list({ accountId: 'acme-1', limit: 10 }),
		],
		[
			'the last change of access',
			async ({ accessChanges }) => await accessChanges.latest('acme-1'),
		],
	];

	it.each(questions)('finds %s by an index', async (_, ask) => {
		const plan = await planOf(ask);
		expect(plan.filter((step) => /^SCAN (?!settings)/.test(step))).toEqual([]);
		expect(plan.join('\n')).toMatch(/USING (COVERING )?INDEX/);
		expect(plan.join('\n')).not.toContain('TEMP B-TREE');
	});

	it.each<[string, AccountSign]>([
		['canonical_email', { email: 'ann@example.com' }],
		['customer_id', { customerId: 'cus_1' }],
		['subscription_id', { subscriptionId: 'sub_1' }],
		['contact_id', { contactId: 'c_1' }],
	])('goes straight to the accounts with a %s', async (column, sign) => {
		const plan = await planOf(async ({ accounts }) => await accounts.find(sign));
		expect(plan).toEqual([
			`SEARCH accounts USING INDEX accounts_by_${column} (partition_key=? AND ${column}=?)`,
		]);
	});

	it.each<[string, (partition: StorePartition) => Promise<unknown>]>([
		['accounts of one mailbox', async ({ accountIdsOf }) => await accountIdsOf('ann@example.com')],
		[
			'some kinds of entries of an account',
			async ({ timeline }) =>
				await timeline.list({ accountId: 'acme-1', kinds: ['trial_lapsed'], limit: 10 }),
		],
		[
			'what was decided for some accounts',
			async ({ sends }) => await sends.standings(['acme-1', 'acme-2'], NOW),
		],
		[
			'what some accounts have done',
			async ({ milestones }) => await milestones.reachedBy(['acme-1', 'acme-2']),
		],
		[
			'what a report asks of some accounts',
			async ({ cohortSigns }) =>
				await cohortSigns(['acme-1', 'acme-2'], {
					milestone: 'created_project',
					journey: 'conversion',
					kinds: ['trial_lapsed', 'trial_converted'],
				}),
		],
		['some accounts by their ids', async ({ accounts }) => await accounts.getAll(['a', 'b'])],
	])('goes straight to %s', async (_, ask) => {
		const plan = await planOf(ask);
		const searches = plan.filter((step) => !step.startsWith('USE TEMP B-TREE'));
		const isNarrow = /\(partition_key=\? AND (account_id|canonical_email)=\?/;
		expect(searches.filter((step) => !isNarrow.test(step))).toEqual([]);
	});

	it('goes straight to what keeps a delivery back', async () => {
		const plan = await planOf(
			async ({ inbox }) => await inbox.claim('trigger', { limit: 100, leaseMs: 1 }, NOW),
		);
		const account = 'partition_key=? AND consumer=? AND account_key=?';
		expect(plan.filter((step) => step.startsWith('SEARCH other '))).toEqual([
			`SEARCH other USING INDEX event_deliveries_running (${account})`,
			`SEARCH other USING INDEX event_deliveries_open_by_account (${account} AND created_at<?)`,
		]);
	});

	it('goes straight to what vendors sent about somebody, however much they sent', async () => {
		const plan = await planOf(async ({ accounts, inbox, erase }) => {
			await accounts.upsert({ accountId: 'a', at: NOW, email: 'ann@example.com' }, NOW);
			const event = { type: 'any', createdAt: NOW, via: 'pull', accountKey: 'cus_1' } as const;
			const payload = { object: { email: 'ann@example.com' } };
			// Several, because one alone is looked up in another way.
			const ids = Array.from({ length: 5 }, (_, index) => `evt_${index}`);
			await inbox.receive(
				ids.map((id) => ({ ...event, id, payload })),
				NOW,
			);
			await erase('a', { isDryRun: false }, NOW);
		});
		expect(plan.filter((step) => /^SCAN (?!settings)/.test(step))).toEqual([]);
		const searches = plan.filter((step) => /^SEARCH (stripe_events|event_)/.test(step)).join('\n');
		expect(searches).toMatch(/event_people USING .*\(partition_key=\? AND person=\?\)/);
		expect(searches).toContain('stripe_events_by_account (partition_key=? AND account_key=?)');
		expect(searches).not.toMatch(/SEARCH (?!event_consumers).*\(partition_key=\?\)/);
	});

	it.each(ANCHORS)(
		'reads what is due by %s in order, from where the window starts',
		async (anchor) => {
			const plan = await planOf(
				async ({ accounts }) => await accounts.due({ ...WINDOW, anchor, notYetClaimed: STEP }),
			);
			const column = anchor.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
			expect(plan[0]).toBe(
				`SEARCH accounts USING INDEX accounts_by_${column} (partition_key=? AND ${column}>? AND ${column}<?)`,
			);
			expect(plan.join('\n')).toContain(
				'sends_by_step (partition_key=? AND journey=? AND step=? AND anchor_at=? AND account_id=?)',
			);
			expect(plan.join('\n')).not.toContain('TEMP B-TREE');
		},
	);
});
