import { contact, message } from '../IntercomMessage/harness.ts';
import type { Outcome } from '../../../services/n8n/inbox/drain.ts';
import { useTriggers } from './harness.ts';

const triggers = useTriggers();
const { run, control, delivered, published, ledger } = triggers;

const FAILED: Outcome = { kind: 'failed', error: 'The execution failed at "Tag"' };
const failed = async () => FAILED;
/** Longer than the first pause after a failure. */
const LATER_MS = 31_000;

const accountOf = async (accountId: string) => await (await ledger()).accounts.get(accountId);
const timelineOf = async (accountId: string) => {
	const { entries } = await (await ledger()).timeline.list({ accountId, limit: 50 });
	return entries.map(({ kind }) => kind).filter((kind) => !kind.startsWith('contact_'));
};
const at = (trigger: { consumer: object }, ms: number) =>
	Object.assign(trigger.consumer, { now: () => new Date(Date.now() + ms) });

describe('what is told', () => {
	beforeEach(async () => void (await run([contact('acct_1'), contact('acct_2')])));

	it('is an item for each person, on the output of its event', async () => {
		const trigger = await published();
		await control('POST', 'contacts/acct_1/reply', { body: 'Can you call me?' });
		await control('POST', 'contacts/acct_2/unsubscribe');
		await delivered(2);
		await trigger.drain();
		expect(trigger.executions.map((outputs) => outputs.map(({ length }) => length))).toEqual([
			[1, 1, 0, 0, 0],
		]);
		expect(trigger.told()).toEqual(['replied acct_1', 'unsubscribed acct_2']);
	});

	it('is told to every trigger, and each person is read once for all of them', async () => {
		const names = ['one', 'two', 'three'];
		const all = await Promise.all(
			names.map(async (name) => await published({}, `workflow/${name}`)),
		);
		await control('POST', 'contacts/acct_1/reply', { body: 'Can you call me?' });
		await control('POST', 'contacts/acct_2/unsubscribe');
		await delivered(2);
		const asked: Array<string | null> = [];
		triggers.standIn().observe(({ route }) => void asked.push(route));
		for (const trigger of all) await trigger.drain();
		for (const trigger of all) {
			expect(trigger.told().sort()).toEqual(['replied acct_1', 'unsubscribed acct_2']);
		}
		expect(asked).toEqual(['GET /contacts/:id', 'GET /contacts/:id']);

		await control('POST', 'contacts/acct_1/reply', { body: 'Today, please' });
		await delivered(3);
		for (const trigger of all) await trigger.drain();
		expect(asked.filter((route) => route === 'GET /contacts/:id')).toHaveLength(3);
	});

	it('has the documented form', async () => {
		const trigger = await published();
		await control('PUT', 'settings', { messageableAfterMs: 0 });
		const [sent] = (await run([message('acct_1')])) as [{ messageId: string }];
		await control('POST', 'contacts/acct_1/reply', {
			body: '<p>Yes &amp; no,<br>thanks</p>',
			message_id: sent.messageId,
		});
		await delivered(1);
		await trigger.drain();
		expect(trigger.items()).toEqual([
			{
				id: expect.stringMatching(/^notif_/),
				event: 'replied',
				occurredAt: expect.stringMatching(/Z$/),
				stale: false,
				account: {
					accountId: 'acct_1',
					customerId: null,
					subscriptionId: null,
					email: 'acct_1@example.com',
					name: null,
					language: null,
					stage: 'none',
					mode: 'test',
					workspace: 'default',
				},
				contact: expect.objectContaining({
					exists: true,
					accountId: 'acct_1',
					role: 'user',
					isUnsubscribed: false,
				}),
				conversation: {
					conversationId: expect.any(String),
					isFirst: false,
					subject: 'Welcome',
					message: 'Yes & no,\nthanks',
					state: 'open',
					assigneeId: '394051',
				},
				intercom: {
					id: expect.stringMatching(/^notif_/),
					topic: 'conversation.user.replied',
					workspaceId: 'acme_us',
					createdAt: expect.stringMatching(/Z$/),
				},
			},
		]);
	});

	it.each([
		['bounce', 'bounced', 'content_stat.email'],
		['spam', 'spam_reported', 'content_stat.email'],
		['unsubscribe', 'unsubscribed', 'contact.unsubscribed'],
	])('after %s is %s', async (fate, event, topic) => {
		const trigger = await published();
		await control('POST', `contacts/acct_1/${fate}`);
		await delivered(1);
		await trigger.drain();
		expect(trigger.items()).toMatchObject([{ event, conversation: null, intercom: { topic } }]);
		expect(await timelineOf('acct_1')).toEqual([event]);
	});

	it('is one entry of the timeline where a node of ours did it', async () => {
		const trigger = await published();
		await run([
			{
				resource: 'contact',
				operation: 'unsubscribe',
				contact: 'acct_1',
				from: 'all',
				mode: 'test',
			},
		]);
		await delivered(1);
		await trigger.drain();
		expect(trigger.items()).toMatchObject([{ event: 'unsubscribed' }]);
		expect(await timelineOf('acct_1')).toEqual(['unsubscribed']);
	});

	it('is only what was chosen; the account learns all the same', async () => {
		const trigger = await published({ events: ['replied'] });
		await control('POST', 'contacts/acct_1/unsubscribe');
		await delivered(1);
		await trigger.drain();
		expect(trigger.executions).toEqual([]);
		expect((await accountOf('acct_1'))?.consent?.isUnsubscribed).toBe(true);
	});

	it('can be a topic of which nobody here has heard, as Intercom sent it', async () => {
		const trigger = await published({ events: [], options: { topics: 'contact.archived' } });
		await run([{ resource: 'contact', operation: 'archive', contact: 'acct_1', mode: 'test' }]);
		await delivered(1);
		await trigger.drain();
		expect(trigger.items()).toMatchObject([
			{
				event: 'contact.archived',
				account: { accountId: 'acct_1' },
				contact: { exists: false, accountId: 'acct_1' },
				intercom: { item: { type: 'contact', external_id: 'acct_1' } },
			},
		]);
	});

	it('says when the person has changed their mind since, and can leave that out', async () => {
		const trigger = await published();
		const strict = await published({ options: { dropStale: true } }, 'workflow/strict');
		await control('POST', 'contacts/acct_1/unsubscribe');
		await control('POST', 'contacts/acct_1/resubscribe');
		await delivered(2);
		await trigger.drain();
		await strict.drain();
		expect(trigger.told().sort()).toEqual(['resubscribed acct_1', 'unsubscribed acct_1 stale']);
		expect(strict.told()).toEqual(['resubscribed acct_1']);
		expect((await accountOf('acct_1'))?.consent?.isUnsubscribed).toBe(false);
	});
});

describe('new people', () => {
	it('are told with their role', async () => {
		const trigger = await published({ events: ['contact_created', 'contact_updated'] });
		await run([contact('acct_1')]);
		await triggers.call('POST', '/contacts', { role: 'lead', email: 'lea@example.com' });
		await run([contact('acct_1', { additionalFields: { name: 'Ada' } })]);
		await delivered(3);
		await trigger.drain();
		const told = trigger.items().map(({ event, contact: who }) => ({ event, ...(who as object) }));
		expect(told).toMatchObject([
			{ event: 'contact_created', role: 'user', accountId: 'acct_1' },
			{ event: 'contact_created', role: 'lead', accountId: null, email: 'lea@example.com' },
			{ event: 'contact_updated', role: 'user', name: 'Ada' },
		]);
		expect(await timelineOf('acct_1')).toEqual([]);
	});
});

describe('the account', () => {
	it('learns that somebody wrote, and under which contact', async () => {
		const trigger = await published();
		await run([contact('acct_1')]);
		await control('POST', 'contacts/acct_1/reply', { body: 'Hello' });
		await delivered(1);
		await trigger.drain();
		const account = await accountOf('acct_1');
		expect(account).toMatchObject({ contactId: expect.any(String) });
		expect(account?.lastRepliedAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
		expect(await timelineOf('acct_1')).toEqual(['replied']);
	});

	it('is found by the mailbox of a lead, whose consent is not the one of the user', async () => {
		const trigger = await published();
		await run([contact('acct_1')]);
		const lead = await triggers.call<{ id: string }>('POST', '/contacts', {
			role: 'lead',
			email: 'acct_1@example.com',
		});
		const before = await accountOf('acct_1');
		await control('POST', `contacts/${lead.id}/unsubscribe`);
		await control('POST', `contacts/${lead.id}/reply`, { body: 'From my other browser' });
		await delivered(2);
		await trigger.drain();
		expect(trigger.told().sort()).toEqual(['replied acct_1', 'unsubscribed acct_1']);
		const after = await accountOf('acct_1');
		expect(after).toMatchObject({ contactId: before?.contactId, consent: before?.consent });
		expect(after?.lastRepliedAt).toEqual(expect.any(Date));
	});

	it('is not made up for people whom the store does not know', async () => {
		const trigger = await published();
		await triggers.call('POST', '/contacts', { external_id: 'acct_9', email: 'nine@example.com' });
		await control('POST', 'contacts/acct_9/reply', { body: 'Hello' });
		await delivered(1);
		await trigger.drain();
		expect(trigger.items()).toMatchObject([{ account: { accountId: 'acct_9', stage: null } }]);
		expect(await accountOf('acct_9')).toBeNull();
	});
});

describe('whatever happens on the way', () => {
	beforeEach(async () => void (await run([contact('acct_1'), contact('acct_2')])));

	it('repeats and disorder end in one item each, and in what is true', async () => {
		const trigger = await published();
		await control('PUT', 'settings', { webhookRepeats: 2, webhookDelayMs: [0, 60] });
		for (const fate of ['unsubscribe', 'resubscribe', 'unsubscribe']) {
			await control('POST', `contacts/acct_1/${fate}`);
		}
		await control('POST', 'contacts/acct_2/reply', { body: 'Hello' });
		const deliveries = await delivered(4);
		for (const { id } of deliveries) await control('POST', `deliveries/${id}/repeat`);
		while ((await trigger.drain()) > 0);
		expect(trigger.told().sort()).toEqual([
			'replied acct_2',
			'resubscribed acct_1 stale',
			'unsubscribed acct_1',
			'unsubscribed acct_1',
		]);
		expect((await accountOf('acct_1'))?.consent?.isUnsubscribed).toBe(true);
	});

	it('forgeries tell nothing', async () => {
		const trigger = await published();
		await control('PUT', 'settings', { webhookForgeries: true });
		triggers.setCredential({ clientSecret: 'another' });
		await control('PUT', 'settings', { webhookRetryDelaysMs: [] });
		await control('POST', 'contacts/acct_1/unsubscribe');
		const deliveries = await delivered(4);
		const told = deliveries.filter(({ topic }) => topic === 'contact.unsubscribed');
		expect(told).toMatchObject([{ state: 'given_up', tries: [401] }]);
		expect(await trigger.drain()).toBe(0);
	});

	it('a failed execution is told again, person by person', async () => {
		const trigger = await published();
		await control('POST', 'contacts/acct_1/unsubscribe');
		await control('POST', 'contacts/acct_2/unsubscribe');
		await delivered(2);
		await trigger.drain(failed);
		expect(await trigger.drain()).toBe(0);
		at(trigger, LATER_MS);
		await trigger.drain();
		expect(trigger.executions.map((outputs) => outputs.flat().length)).toEqual([2, 1, 1]);
	});

	it('a run that died is told again', async () => {
		const trigger = await published();
		await control('POST', 'contacts/acct_1/unsubscribe');
		await delivered(1);
		await trigger.drain(async () => ({ kind: 'taken' }));
		at(trigger, LATER_MS);
		await trigger.drain();
		expect(trigger.told()).toEqual(['unsubscribed acct_1', 'unsubscribed acct_1']);
	});

	it('a contact that cannot be read keeps no other waiting, and is read later', async () => {
		const trigger = await published();
		await control('POST', 'contacts/acct_1/unsubscribe');
		await control('POST', 'contacts/acct_2/unsubscribe');
		await delivered(2);
		triggers.standIn().faults.add({ route: 'GET /contacts/:id', kind: 'status', status: 403 });
		await trigger.drain();
		expect(trigger.told()).toHaveLength(1);
		expect(trigger.reports).toEqual([expect.stringContaining('Intercom')]);
		at(trigger, LATER_MS);
		await trigger.drain();
		expect(trigger.told().sort()).toEqual(['unsubscribed acct_1', 'unsubscribed acct_2']);
	});

	it('what was put aside comes again when the workflow is published again', async () => {
		const trigger = await published({ options: { maxAttempts: 1 } });
		await control('POST', 'contacts/acct_1/unsubscribe');
		await delivered(1);
		await trigger.drain(failed);
		expect(trigger.reports).toEqual([expect.stringContaining('put aside after 1 attempts')]);
		at(trigger, LATER_MS);
		expect(await trigger.drain()).toBe(0);
		const again = await published();
		await again.drain();
		expect(again.told()).toEqual(['unsubscribed acct_1']);
	});
});
