import { accountIdFor } from '../../../lifecycle/account-id.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import {
	daysFromNow,
	erase,
	get,
	getMany,
	getTimeline,
	importFromStripe,
	partitionOf,
	run as runNode,
	type RunOptions,
} from './harness.ts';
import { createStripeWorld, type StripeWorld } from './stripe-world.ts';

useTemporaryUserFolder();

let world: StripeWorld;
beforeEach(async () => {
	world = await createStripeWorld(daysFromNow(-30));
});
afterEach(async () => await world.close());

const run = async (items: Parameters<typeof runNode>[0], options: RunOptions = {}) =>
	await runNode(items, { stripeUrl: world.url, ...options });

const counted = (counts: object) => ({
	created: 0,
	changed: 0,
	unchanged: 0,
	erased: 0,
	skipped: 0,
	...counts,
});

describe('Account > Import From Stripe', () => {
	it('brings in everybody, whatever became of them, and changes nothing when run again', async () => {
		const ada = await world.startTrial({
			email: 'ada@example.com',
			'metadata[account_id]': 'acct_ada',
		});
		await world.giveCard(ada.customerId);
		await world.startTrial(
			{ email: 'bob@example.com', name: 'Bob', 'preferred_locales[0]': 'hu' },
			{ 'metadata[account_id]': 'acct_bob' },
		);
		const eve = await world.startTrial({ email: 'eve@example.com' });
		await world.passDays(3);
		await world.stripe('DELETE', `subscriptions/${eve.subscriptionId}`);
		await world.passDays(27);
		await world.startTrial({ email: 'new@example.com' });

		const [first] = await run([importFromStripe()]);
		expect(first).toMatchObject({
			...counted({ subscriptions: 4, created: 4 }),
			drifts: [],
			isResumed: false,
			mode: 'test',
			workspace: 'default',
		});
		const rows = await run([
			get('acct_ada'),
			get('acct_bob'),
			get(accountIdFor('eve@example.com')),
			get('new@example.com'),
		]);
		expect(rows).toMatchObject([
			{ stage: 'active', customerId: ada.customerId, cardOnFile: true, lapseReason: null },
			{ stage: 'lapsed', name: 'Bob', language: 'hu', lapseReason: 'no_payment_method' },
			{ stage: 'lapsed', lapseReason: 'canceled' },
			{ stage: 'trialing', signedUpAt: expect.any(String) as string },
		]);

		expect(await run([importFromStripe()])).toMatchObject([
			{ ...counted({ subscriptions: 4, unchanged: 4 }), payments: 0, drifts: [] },
		]);
	});

	it('tells of messages whose process died while it sent them, once', async () => {
		await world.startTrial({ email: 'ada@example.com', 'metadata[account_id]': 'acct_ada' });
		const { sends } = await partitionOf();
		const died = { accountId: 'acct_ada', channel: 'email', category: 'marketing' } as const;
		await sends.claim({ key: 'dead', ...died, leaseMs: 1_000 }, daysFromNow(-1));
		await sends.claim({ key: 'alive', ...died, leaseMs: 60_000 }, new Date());

		expect(await run([importFromStripe()])).toMatchObject([{ unknownMessages: 1 }]);
		expect(await run([importFromStripe()])).toMatchObject([{ unknownMessages: 0 }]);
		expect(
			await run([getTimeline('acct_ada', { kinds: 'message_outcome_unknown' })]),
		).toMatchObject([{ data: { channel: 'email', category: 'marketing', sendOnceKey: 'dead' } }]);
		const [{ lastMessages }] = (await run([get('acct_ada')])) as [{ lastMessages: object[] }];
		expect(lastMessages).toMatchObject([
			{ key: 'alive', state: 'claimed' },
			{ key: 'dead', state: 'unknown' },
		]);
	});

	it('names whose access is not what billing demands, until somebody has set it', async () => {
		await world.passDays(30);
		const names = ['ada', 'bob', 'eve'];
		for (const name of names) {
			await world.startTrial(
				{ email: `${name}@example.com` },
				{ 'metadata[account_id]': `acct_${name}` },
			);
		}
		const { accounts } = await partitionOf();
		const learn = async (accountId: string, accessLevel: 'full' | 'read_only') =>
			await accounts.upsert({ accountId, at: new Date(), accessLevel }, new Date());
		await run([importFromStripe()]);
		await learn('acct_ada', 'full');
		await learn('acct_bob', 'read_only');
		for (let night = 0; night < 2; night++) {
			expect(await run([importFromStripe()])).toMatchObject([{ accessToSync: ['acct_bob'] }]);
		}
		await learn('acct_bob', 'full');
		expect(await run([importFromStripe()])).toMatchObject([{ accessToSync: [] }]);
	});

	it('judges access by the rules of its own panel, the same as where access is synced', async () => {
		const { subscriptionId } = await world.startTrial(
			{ email: 'ada@example.com' },
			{ 'metadata[account_id]': 'acct_ada', 'billing_mode[type]': 'flexible' },
		);
		await world.stripe('POST', `subscriptions/${subscriptionId}/pause`, {
			type: 'subscription',
		});
		const { accounts } = await partitionOf();
		await run([importFromStripe()]);
		const now = new Date();
		await accounts.upsert({ accountId: 'acct_ada', at: now, accessLevel: 'full' }, now);
		const rows = await run([
			importFromStripe(),
			{ ...importFromStripe(), policy: { whenPaused: 'full' } },
		]);
		expect(rows).toMatchObject([{ accessToSync: ['acct_ada'] }, { accessToSync: [] }]);
		await expect(run([{ ...importFromStripe(), policy: { graceDays: -1 } }])).rejects.toThrow(
			'cannot be negative',
		);
	});

	it('keeps two workspaces apart', async () => {
		await world.startTrial({ email: 'ada@example.com' });
		const rows = await run([
			{ ...importFromStripe(), workspace: 'one' },
			{ ...importFromStripe(), workspace: 'two' },
		]);
		expect(rows).toMatchObject([
			{ created: 1, workspace: 'one' },
			{ created: 1, workspace: 'two' },
		]);
	});

	it('mends what was missed, names it in the row and in the timeline, and does so once', async () => {
		await world.passDays(29);
		const ada = await world.startTrial({
			email: 'ada@example.com',
			'metadata[account_id]': 'acct_ada',
		});
		const bob = await world.startTrial({
			email: 'bob@example.com',
			'metadata[account_id]': 'acct_bob',
		});
		const eve = await world.startTrial({
			email: 'eve@example.com',
			'metadata[account_id]': 'acct_eve',
		});
		await run([importFromStripe()]);

		await world.giveCard(ada.customerId);
		await world.stripe('POST', `customers/${bob.customerId}`, { email: 'robert@example.com' });
		await world.stripe('DELETE', `subscriptions/${eve.subscriptionId}`, {
			'cancellation_details[comment]': 'Too dear',
		});

		const [row] = await run([importFromStripe()]);
		expect(row).toMatchObject(counted({ subscriptions: 3, changed: 3 }));
		const drifts = row?.['drifts'] as Array<{ accountId: string; changes: object[] }>;
		const changesOf = (accountId: string) =>
			drifts.find((drift) => drift.accountId === accountId)?.changes;
		expect(changesOf('acct_ada')).toEqual([
			{ fact: 'subscription.hasPaymentMethod', from: false, to: true },
		]);
		expect(changesOf('acct_bob')).toEqual([
			{ fact: 'email', from: 'bob@example.com', to: 'robert@example.com' },
		]);
		expect(changesOf('acct_eve')).toEqual(
			expect.arrayContaining([
				{ fact: 'subscription.status', from: 'trialing', to: 'canceled' },
				{ fact: 'subscription.cancellation.comment', from: null, to: 'Too dear' },
				{ fact: 'stage', from: 'trialing', to: 'lapsed' },
			]),
		);
		expect(await run([getTimeline('acct_eve')])).toMatchObject([
			{
				kind: 'drift_mended',
				executionId: 'execution-1',
				data: { changes: changesOf('acct_eve') },
			},
			{
				kind: 'account_imported',
				executionId: 'execution-1',
				data: { subscriptionId: eve.subscriptionId, customerId: eve.customerId },
			},
			{
				kind: 'trial_lapsed',
				executionId: null,
				data: { reason: 'canceled', subscriptionId: eve.subscriptionId },
			},
		]);

		expect(await run([importFromStripe()])).toMatchObject([counted({ unchanged: 3 })]);
		expect(await run([getTimeline('acct_eve')])).toHaveLength(3);
	});

	it('lists as many drifts as it is told to, and counts the others', async () => {
		const trials = [];
		for (const name of ['a', 'b', 'c']) {
			trials.push(await world.startTrial({ email: `${name}@example.com` }));
		}
		await run([importFromStripe()]);
		for (const { customerId } of trials) await world.giveCard(customerId);
		const [row] = await run([importFromStripe({ driftsToList: 1 })]);
		expect(row?.['drifts']).toHaveLength(1);
		expect(row).toMatchObject({ changed: 3, driftsNotListed: 2 });
	});

	it('lets stand what was learnt after the page was read', async () => {
		const { subscriptionId } = await world.startTrial({
			email: 'ada@example.com',
			'metadata[account_id]': 'acct_ada',
		});
		const { accounts } = await partitionOf();
		const afterThePage = new Date(Date.now() + 60_000);
		await accounts.upsert(
			{ accountId: 'acct_ada', at: afterThePage, email: 'new@example.com' },
			new Date(),
		);
		expect(await run([importFromStripe()])).toMatchObject([{ changed: 1 }]);
		expect(await run([get('acct_ada')])).toMatchObject([
			{ email: 'new@example.com', subscriptionId },
		]);
	});

	it('keeps who was erased away, until they begin something new', async () => {
		await world.startTrial({ email: 'ada@example.com', 'metadata[account_id]': 'acct_ada' });
		await run([importFromStripe(), erase('acct_ada', { dryRun: false, confirm: true })]);
		expect(await run([importFromStripe()])).toMatchObject([counted({ erased: 1 })]);
		expect(await run([getMany()])).toEqual([]);
	});

	it('joins the subscriptions of one account: the present one speaks, whatever the order', async () => {
		await world.passDays(28);
		const { customerId, subscriptionId } = await world.startTrial({
			email: 'ada@example.com',
			'metadata[account_id]': 'acct_ada',
		});
		await world.stripe('DELETE', `subscriptions/${subscriptionId}`);
		await world.passDays(1);
		const present = await world.stripe('POST', 'subscriptions', {
			customer: customerId,
			'items[0][price]': 'price_boards_team_monthly',
			trial_period_days: '90',
		});
		await run([importFromStripe()]);
		expect(await run([get('acct_ada')])).toMatchObject([
			{ subscriptionId: present.id, stage: 'trialing', priceId: 'price_boards_team_monthly' },
		]);
	});

	it('skips what belongs to no account, and says which and why', async () => {
		const nobody = await world.startTrial({ name: 'No e-mail' });
		const malformed = await world.startTrial({
			email: 'ada@example.com',
			'metadata[account_id]': "it's",
		});
		const deleted = await world.startTrial({ email: 'eve@example.com' });
		await world.stripe('DELETE', `customers/${deleted.customerId}`);
		const known = await world.startTrial(
			{ email: 'bob@example.com' },
			{ 'metadata[account_id]': 'acct_bob' },
		);
		await world.stripe('DELETE', `customers/${known.customerId}`);

		const [row] = await run([importFromStripe()]);
		expect(row).toMatchObject(counted({ subscriptions: 4, created: 1, skipped: 3 }));
		expect(row?.['skippedSubscriptions']).toEqual([
			{ subscriptionId: deleted.subscriptionId, reason: 'no_account_id_and_no_email' },
			{ subscriptionId: malformed.subscriptionId, reason: 'malformed_account_id' },
			{ subscriptionId: nobody.subscriptionId, reason: 'no_account_id_and_no_email' },
		]);
		expect(await run([get('acct_bob')])).toMatchObject([{ status: 'canceled', email: null }]);
	});

	it('reads test clocks when asked to, at their own time', async () => {
		const clock = await world.stripe('POST', 'test_helpers/test_clocks', {
			frozen_time: String(Math.floor(world.now().getTime() / 1000)),
		});
		await world.startTrial({ email: 'ada@example.com', test_clock: clock.id });
		expect(await run([importFromStripe()])).toMatchObject([{ subscriptions: 0 }]);
		expect(await run([importFromStripe({ includeTestClocks: true })])).toMatchObject([
			{ created: 1 },
		]);
		// In real time this trial would have run out weeks ago.
		expect(await run([get('ada@example.com')])).toMatchObject([{ stage: 'trialing' }]);
	});
});
