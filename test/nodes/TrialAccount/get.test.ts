import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import { aTrial, daysFromNow, get, partitionOf, run } from './harness.ts';

useTemporaryUserFolder();

describe('Account > Get', () => {
	beforeEach(async () => {
		const partition = await partitionOf();
		const now = new Date();
		await partition.accounts.upsert(
			{
				accountId: 'acct_1',
				at: now,
				email: 'ada@example.com',
				customerId: 'cus_1',
				contactId: 'contact-1',
				accessLevel: 'full',
				instanceUrl: 'https://acme.example/acct_1',
				consent: { isUnsubscribed: true, hasHardBounced: false, hasReportedSpam: false },
				subscription: aTrial(4),
			},
			now,
		);
		await partition.milestones.record('acct_1', 'created_project', new Date('2027-01-05'));
		const claimed = await partition.sends.claim(
			{
				key: 'welcome',
				accountId: 'acct_1',
				channel: 'email',
				category: 'marketing',
				leaseMs: 60_000,
			},
			now,
		);
		if (!claimed.won) throw new Error('Lost');
		await partition.sends.settle(claimed.claim, { state: 'sent', messageId: 'msg_1' }, now);
		const begun = await partition.accessChanges.begin(
			{
				accountId: 'acct_1',
				level: 'full',
				reason: 'trialing',
				billingAt: now,
				leaseMs: 60_000,
			},
			now,
		);
		if (begun.begun) await partition.accessChanges.settle(begun.id, { state: 'applied' }, now);
	});

	it.each(['acct_1', 'Ada+x@example.com', 'cus_1', 'sub_1', 'contact-1'])(
		'gives the whole picture by %s',
		async (reference) => {
			expect(await run([get(reference)])).toMatchObject([
				{
					accountId: 'acct_1',
					email: 'ada@example.com',
					stage: 'trialing',
					status: 'trialing',
					daysLeft: 4,
					cardOnFile: false,
					atTrialEnd: 'pauses',
					priceId: 'price_pro',
					customerId: 'cus_1',
					subscriptionId: 'sub_1',
					contactId: 'contact-1',
					accessLevel: 'full',
					consent: { isUnsubscribed: true },
					milestones: { created_project: '2027-01-05T00:00:00.000Z' },
					lastMessages: [{ key: 'welcome', state: 'sent', messageId: 'msg_1' }],
					lastAccessChange: { level: 'full', reason: 'trialing', state: 'applied' },
					mode: 'test',
				},
			]);
		},
	);

	it('says that a trial has lapsed which ran out since anybody wrote', async () => {
		const { accounts } = await partitionOf();
		const written = daysFromNow(-5);
		const subscription = aTrial(-1);
		await accounts.upsert({ accountId: 'acct_2', at: written, subscription }, written);
		expect((await accounts.get('acct_2'))?.stage).toBe('trialing');
		expect(await run([get('acct_2')])).toMatchObject([
			{
				stage: 'lapsed',
				lapseReason: 'no_payment_method',
				lapsedAt: subscription.trial?.endsAt.toISOString(),
				daysLeft: 0,
			},
		]);
	});

	it('shows every instant as text and every missing fact as null', async () => {
		const [row = {}] = await run([get('acct_1')]);
		expect(JSON.parse(JSON.stringify(row))).toEqual(row);
		expect(row).toMatchObject({ name: null, firstPaidAt: null, lapsedAt: null });
	});

	it('says of an account that nobody knows that it does not exist', async () => {
		const rows = await run([get('acct_404'), get('eve@example.com'), get('cus_404')]);
		for (const row of rows) {
			expect(row).toEqual({
				exists: false,
				accountId: null,
				stage: 'none',
				mode: 'test',
				workspace: 'default',
			});
		}
		expect(rows).toHaveLength(3);
	});

	it('names the item that asks for nobody, and goes on', async () => {
		expect(await run([get(''), get('acct_1')], { continueOnFail: true })).toMatchObject([
			{ error: { message: '"Account" is empty' } },
			{ accountId: 'acct_1', exists: true },
		]);
	});

	it('keeps workspaces apart', async () => {
		expect(await run([{ ...get('acct_1'), workspace: 'client-2' }, get('acct_1')])).toMatchObject([
			{ exists: false, workspace: 'client-2' },
			{ accountId: 'acct_1', workspace: 'default' },
		]);
	});
});
