import { canonicalEmail } from '../../../lifecycle/email.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';
import {
	aTrial,
	createOrUpdate,
	daysFromNow,
	erase,
	get,
	getMany,
	getTimeline,
	partitionOf,
	record,
	run,
} from './harness.ts';

useTemporaryUserFolder();

describe('Account > Erase', () => {
	const FOR_GOOD = { dryRun: false, confirm: true };

	beforeEach(async () => {
		const { accounts, milestones, timeline } = await partitionOf();
		const now = daysFromNow(-1);
		const tell = async (accountId: string, facts: object) =>
			void (await accounts.upsert({ accountId, at: now, ...facts }, now));
		await tell('acct_1', {
			email: 'ada@example.com',
			contactId: 'contact-1',
			subscription: aTrial(4),
		});
		await tell('acct_old', { email: 'Ada+old@example.com' });
		await tell('acct_2', { email: 'bob@example.com' });
		await milestones.record('acct_1', 'created_project', now);
		// Written to before there was an account.
		await timeline.append({
			accountId: 'contact-1',
			at: now,
			kind: 'message_sent',
			source: 'test',
		});
		await timeline.append({ accountId: 'acct_2', at: now, kind: 'message_sent', source: 'test' });
	});

	const counts = { accounts: 1, milestones: 1, timelineEntries: 1, messages: 0, stripeEvents: 0 };

	it('counts by default, and changes nothing', async () => {
		const rows = await run([erase('acct_1'), erase('acct_2', { dryRun: true, confirm: true })]);
		expect(rows).toMatchObject([
			{
				isDryRun: true,
				accountIds: ['acct_1', 'contact-1'],
				wouldRemove: counts,
				keepsTrialHash: true,
			},
			{ isDryRun: true, wouldRemove: { accounts: 1, timelineEntries: 1 }, keepsTrialHash: false },
		]);
		expect(await run([getMany()])).toHaveLength(3);
	});

	it('forgets the person and nobody else, and remembers that there was a trial', async () => {
		expect(await run([erase('acct_1', FOR_GOOD)])).toMatchObject([
			{ isDryRun: false, removed: counts, keepsTrialHash: true },
		]);
		const partition = await partitionOf();
		expect(await partition.accounts.get('acct_1')).toBeNull();
		expect(await partition.milestones.list('acct_1')).toEqual([]);
		const sign = { kind: 'email', value: canonicalEmail('ADA@example.com') } as const;
		expect(await partition.trialHashes.find([sign])).toHaveLength(1);
		expect(await run([get('acct_2'), getTimeline('acct_2')])).toHaveLength(2);
		expect(await run([erase('acct_1', FOR_GOOD)])).toMatchObject([
			{ removed: { accounts: 0, milestones: 0, timelineEntries: 0 } },
		]);
	});

	it('by e-mail forgets every account of the mailbox', async () => {
		const byMail = erase('ada@example.com', FOR_GOOD);
		const [row] = await run([byMail]);
		expect(row).toMatchObject({ removed: { accounts: 2 } });
		expect([...(row?.['accountIds'] as string[])].sort()).toEqual([
			'acct_1',
			'acct_old',
			'contact-1',
		]);
		expect(await run([byMail])).toMatchObject([{ accountIds: [], removed: { accounts: 0 } }]);
	});

	it('by e-mail forgets what was sent about somebody who never became an account', async () => {
		const { inbox } = await partitionOf();
		const page = { object: { customer_details: { email: 'Eve@example.com' } } };
		const event = { type: 'checkout.session.expired', accountKey: 'cs_1', createdAt: new Date() };
		await inbox.receive([{ ...event, id: 'evt_1', via: 'webhook', payload: page }], new Date());
		const byMail = erase('eve@example.com', FOR_GOOD);
		expect(await run([erase('eve@example.com')])).toMatchObject([
			{ accountIds: [], wouldRemove: { accounts: 0, stripeEvents: 1 } },
		]);
		expect(await run([byMail, byMail])).toMatchObject([
			{ removed: { stripeEvents: 1 } },
			{ removed: { stripeEvents: 0 } },
		]);
	});

	it('counts an event that two accounts of a mailbox share once', async () => {
		const { inbox } = await partitionOf();
		const invoice = { object: { customer_email: 'ada@example.com' } };
		const event = { type: 'invoice.paid', accountKey: 'cus_ada', createdAt: new Date() };
		await inbox.receive([{ ...event, id: 'evt_1', via: 'webhook', payload: invoice }], new Date());
		expect(await run([erase('ada@example.com')])).toMatchObject([
			{ wouldRemove: { accounts: 2, stripeEvents: 1 } },
		]);
	});

	it('stores nothing more of a person who was erased', async () => {
		await run([erase('acct_1', FOR_GOOD)]);
		expect(await run([createOrUpdate('acct_1', 'ada@example.com')])).toEqual([
			{ accountId: 'acct_1', isNew: false, isErased: true, changed: [] },
		]);
		expect(await run([record('acct_1', 'created_project')])).toMatchObject([
			{ isNew: false, isErased: true, reachedAt: null },
		]);
		expect(await (await partitionOf()).milestones.list('acct_1')).toEqual([]);
	});

	it('refuses without the confirmation, and goes on', async () => {
		const rows = await run([erase('acct_1', { dryRun: false }), erase('acct_2', FOR_GOOD)], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([
			{ error: { message: 'Nothing was erased: the confirmation is missing' } },
			{ removed: { accounts: 1 } },
		]);
		expect(await run([get('acct_1')])).toHaveLength(1);
	});
});
