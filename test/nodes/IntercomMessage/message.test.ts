import { footingOf } from '../../../lifecycle/journey/footing.ts';
import type { ItemParams } from '../../support/execute-node.ts';
import { aSubscription } from '../../support/subscription.ts';
import { partitionOf } from '../TrialAccount/harness.ts';
import { contact, message, useIntercom } from './harness.ts';

const intercom = useIntercom();
const { run, control, messagesTo } = intercom;

describe('Message > Send', () => {
	beforeEach(async () => void (await run([contact('acct_1'), contact('acct_2')])));

	it('waits for a contact that was made a moment ago, then sends once', async () => {
		const rows = await run([
			message('acct_1'),
			message('acct_2', { channel: 'inapp', subject: '' }),
		]);
		expect(rows).toMatchObject([
			{ sent: true, suppressed: null, accountId: 'acct_1', channel: 'email' },
			{ sent: true, suppressed: null, accountId: 'acct_2', channel: 'inapp' },
		]);
		expect(await messagesTo('acct_1')).toHaveLength(1);
	});

	it.each([
		['unsubscribe', 'marketing', 'email', 'unsubscribed'],
		['unsubscribe', 'marketing', 'inapp', 'unsubscribed'],
		['unsubscribe', 'transactional', 'email', null],
		['bounce', 'transactional', 'email', 'hard_bounce'],
		['bounce', 'marketing', 'inapp', null],
		['spam', 'marketing', 'email', 'spam_report'],
		['spam', 'transactional', 'email', 'spam_report'],
		['spam', 'marketing', 'inapp', null],
	])('after %s, %s by %s: suppressed = %s', async (fate, category, channel, suppressed) => {
		await control('POST', `contacts/acct_1/${fate}`);
		const rows = await run([message('acct_1', { category, channel })]);
		expect(rows).toMatchObject([{ sent: suppressed === null, suppressed }]);
		expect(await messagesTo('acct_1')).toHaveLength(suppressed === null ? 1 : 0);
	});

	it('never repeats a message whose outcome is unknown', async () => {
		await control('PUT', 'settings', { messageableAfterMs: 0 });
		intercom
			.standIn()
			.faults.add({ route: 'POST /messages', kind: 'status', status: 500, moment: 'after' });
		const [row] = await run([message('acct_1')], { continueOnFail: true });
		expect(row).toMatchObject({
			error: { httpCode: 500, hint: expect.stringContaining('may or may not') as string },
		});
		expect(await messagesTo('acct_1')).toHaveLength(1);
	});

	it('names the account that Intercom does not know, and sends the others', async () => {
		const rows = await run([message('acct_404'), message('acct_1')], { continueOnFail: true });
		expect(rows).toMatchObject([
			{ error: { message: 'Intercom has no contact for the account "acct_404"' } },
			{ sent: true },
		]);
	});
});

describe('Message > Send with a send-once key', () => {
	const welcome = (more: ItemParams = {}) =>
		message('acct_1', {
			sendOnceKey: 'welcome/sub_1',
			mode: 'test',
			workspace: 'default',
			...more,
		});

	beforeEach(async () => {
		await run([contact('acct_1')]);
		await control('PUT', 'settings', { messageableAfterMs: 0 });
	});

	it('sends once, however often and however parallel it is asked', async () => {
		const runs = await Promise.all([run([welcome(), welcome()]), run([welcome()])]);
		const sent = runs.flat().map((row) => row['sent']);
		expect(sent.filter(Boolean)).toHaveLength(1);
		expect(await run([welcome()])).toMatchObject([{ sent: false, suppressed: 'already_sent' }]);
		expect(await messagesTo('acct_1')).toHaveLength(1);
	});

	it('keeps workspaces, modes and keys apart', async () => {
		const rows = await run([
			welcome(),
			welcome({ mode: 'live' }),
			welcome({ workspace: 'client-2' }),
			welcome({ sendOnceKey: 'welcome/sub_2' }),
		]);
		expect(rows.map(({ sent }) => sent)).toEqual([true, true, true, true]);
	});

	it.each([
		['marketing', 1],
		['transactional', 2],
	])('after an unknown outcome, %s goes out at most %d times', async (category, times) => {
		intercom.standIn().faults.add({ route: 'POST /messages', kind: 'cut', moment: 'after' });
		const rows = [
			await run([welcome({ category })], { continueOnFail: true }),
			await run([welcome({ category })]),
			await run([welcome({ category })]),
		].flat();
		expect(rows[0]).toHaveProperty('error');
		expect(rows[2]).toMatchObject({ sent: false });
		expect(await messagesTo('acct_1')).toHaveLength(times);
		const kinds = (await told()).map(({ kind }) => kind).sort();
		expect(kinds).toEqual(['message_outcome_unknown', 'message_sent'].slice(0, times));
	});

	it('tries again after a refusal, because nothing was sent', async () => {
		intercom.standIn().faults.add({ route: 'POST /messages', kind: 'status', status: 422 });
		const [refused] = await run([welcome()], { continueOnFail: true });
		expect(refused).toHaveProperty('error');
		expect(await run([welcome()])).toMatchObject([{ sent: true }]);
	});

	it('remembers why it was not sent', async () => {
		await control('POST', 'contacts/acct_1/unsubscribe');
		expect(await run([welcome()])).toMatchObject([{ suppressed: 'unsubscribed' }]);
		await control('POST', 'contacts/acct_1/resubscribe');
		expect(await run([welcome()])).toMatchObject([{ sent: false, suppressed: 'unsubscribed' }]);
		expect(await told()).toMatchObject([
			{ kind: 'message_suppressed', data: { reason: 'unsubscribed', category: 'marketing' } },
		]);
	});

	/** What the timeline has of messages, newest first. */
	async function told() {
		const { timeline } = await partitionOf();
		const { entries } = await timeline.list({ accountId: 'acct_1', limit: 10 });
		return entries.filter(({ kind }) => kind.startsWith('message_'));
	}
});

describe('Message > Send to somebody who has replied', () => {
	beforeEach(async () => {
		await run([contact('acct_1'), contact('acct_2')]);
		await control('PUT', 'settings', { messageableAfterMs: 0 });
		await control('POST', 'contacts/acct_1/reply', { body: 'Can you call me?' });
	});

	it.each([
		['before the reply', '2026-01-01T09:00:00Z', 'marketing', 'replied'],
		['before the reply', '2026-01-01T09:00:00Z', 'transactional', 'replied'],
		['after the reply', '2126-01-01T09:00:00Z', 'marketing', null],
		['at no moment', '', 'marketing', null],
	])('counting from %s: %s %s: suppressed = %s', async (_, since, category, suppressed) => {
		const options = { stopIfRepliedSince: since };
		const rows = await run([
			message('acct_1', { category, options }),
			message('acct_2', { category, options }),
		]);
		expect(rows).toMatchObject([
			{ sent: suppressed === null, suppressed },
			{ sent: true, suppressed: null },
		]);
		expect(await messagesTo('acct_1')).toHaveLength(suppressed === null ? 1 : 0);
	});

	it('remembers it under the key', async () => {
		const sendOnceKey = 'recovery/sub_1';
		const options = { stopIfRepliedSince: '2026-01-01T09:00:00Z' };
		expect(await run([message('acct_1', { mode: 'test', sendOnceKey, options })])).toMatchObject([
			{ sent: false, suppressed: 'replied' },
		]);
		expect(await (await intercom.ledger()).sends.list('acct_1', 10)).toMatchObject([
			{ key: sendOnceKey, state: 'suppressed', reason: 'replied' },
		]);
		expect(await run([message('acct_1', { mode: 'test', sendOnceKey })])).toMatchObject([
			{ sent: false, suppressed: 'replied' },
		]);
	});
});

describe('Message > Send what a journey has given out', () => {
	const subscription = aSubscription();
	const learn = async (changes: Partial<typeof subscription>) => {
		const { accounts } = await intercom.ledger();
		const now = new Date();
		const facts = { subscription: { ...subscription, ...changes }, at: now };
		await accounts.upsert({ accountId: 'acct_1', ...facts }, now);
	};
	const sendsOf = async () => await (await intercom.ledger()).sends.list('acct_1', 5);
	const reminder = message('acct_1', { sendOnceKey: 'three/acct_1', mode: 'test' });

	beforeEach(async () => {
		await run([contact('acct_1')]);
		await control('PUT', 'settings', { messageableAfterMs: 0 });
		await learn({});
		const { sends } = await intercom.ledger();
		const step = {
			key: 'three/acct_1',
			accountId: 'acct_1',
			category: 'marketing',
			journey: 'conversion',
			step: 'three',
			anchorAt: new Date(),
			variant: null,
			at: new Date(),
			settledBy: 'message',
			leaseMs: 60_000,
			footing: footingOf({ subscription }),
		} as const;
		expect(await sends.reserve(step, new Date())).toBe('won');
	});

	it('goes out while everything is as the journey found it', async () => {
		await learn({ metadata: { seats: '3' } });
		expect(await run([reminder])).toMatchObject([{ sent: true }]);
		expect(await messagesTo('acct_1')).toHaveLength(1);
	});

	it.each([
		['paid', { status: 'active' }],
		['asked to leave', { cancelsAt: new Date('2026-03-15T12:00:00Z') }],
	] as const)('waits for the journey to look again when they have %s since', async (_, changes) => {
		await learn(changes);
		for (let time = 0; time < 2; time++) {
			expect(await run([reminder])).toMatchObject([{ sent: false, suppressed: 'account_changed' }]);
		}
		expect(await sendsOf()).toMatchObject([{ state: 'failed', reason: 'account_changed' }]);
		expect(await messagesTo('acct_1')).toEqual([]);
	});
});

describe('Message > Send by language', () => {
	const byLanguage = (to: string, more: ItemParams = {}) =>
		message(to, {
			content: 'byLanguage',
			subject: undefined,
			body: undefined,
			texts: {
				text: [
					{
						language: 'en',
						subject: 'Hi [[ first_name | there ]]',
						body: '<p>{{ days_left }} days</p>',
					},
					{
						language: 'hu',
						subject: 'Szia [[ first_name | ]]!',
						body: '<p>{{ days_left }} nap</p>',
					},
				],
			},
			mergeFields: { field: [{ key: 'days_left', value: '<3>' }] },
			...more,
		});

	beforeEach(async () => {
		await run([
			contact('acct_1', { additionalFields: { name: 'Ada Lovelace' } }),
			contact('acct_2'),
		]);
		await control('PUT', 'settings', { messageableAfterMs: 0 });
	});

	it('writes to each in their language, with values that cannot break the mail', async () => {
		const rows = await run([byLanguage('acct_1', { language: 'hu-HU' }), byLanguage('acct_2')]);
		expect(rows).toMatchObject([
			{ sent: true, language: 'hu' },
			{ sent: true, language: 'en' },
		]);
		expect(await messagesTo('acct_1')).toMatchObject([
			{ subject: 'Szia Ada!', body: '<p>&lt;3&gt; nap</p>' },
		]);
		expect(await messagesTo('acct_2')).toMatchObject([{ subject: 'Hi there' }]);
	});

	it('takes the language from the contact', async () => {
		await run([contact('acct_1', { trialAttributes: { language: 'hu' } })]);
		expect(await run([byLanguage('acct_1')])).toMatchObject([{ language: 'hu' }]);
	});

	it('sends nothing when a field has neither value nor default, and goes on', async () => {
		const rows = await run([byLanguage('acct_1', { mergeFields: {} }), byLanguage('acct_2')], {
			continueOnFail: true,
		});
		expect(rows).toMatchObject([
			{ error: { message: expect.stringContaining('"days_left" has no value') as string } },
			{ sent: true },
		]);
		expect(await messagesTo('acct_1')).toEqual([]);
	});

	it('does not mind the subject of an in-app message', async () => {
		const texts = { text: [{ language: 'en', subject: '[[ nothing ]]', body: 'Hello' }] };
		const rows = await run([byLanguage('acct_1', { channel: 'inapp', texts })]);
		expect(rows).toMatchObject([{ sent: true, channel: 'inapp' }]);
	});

	it.each([
		['no texts', { texts: {} }, '"Texts" is empty'],
		[
			'a text without body',
			{ texts: { text: [{ language: 'en', subject: 'x' }] } },
			'"Message" is empty',
		],
		['no text in the default language', { defaultLanguage: 'fr' }, 'default language "fr"'],
	])('refuses %s', async (_name, more, error) => {
		await expect(run([byLanguage('acct_1', more)])).rejects.toThrow(error);
	});

	it('sends once per key, whatever the language', async () => {
		const once = { sendOnceKey: 'reminder/sub_1' };
		await run([byLanguage('acct_1', { ...once, language: 'hu' })]);
		expect(await run([byLanguage('acct_1', once)])).toMatchObject([{ suppressed: 'already_sent' }]);
	});

	it('leaves one text for everybody as it is, brackets and all', async () => {
		await run([message('acct_1', { body: '[[ as ]] {{ written }}' })]);
		expect(await messagesTo('acct_1')).toMatchObject([{ body: '[[ as ]] {{ written }}' }]);
	});
});
