import { IntercomMessage } from '../../nodes/IntercomMessage/IntercomMessage.node.ts';
import { createIntercomStandIn } from '../../sandbox/intercom/index.ts';
import type { StandIn } from '../../sandbox/kernel/http.ts';
import { intercomToken } from '../../sandbox/secrets.ts';
import { INTERCOM } from '../contract/intercom-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { executeNode, type ItemParams } from '../support/execute-node.ts';
import { useTemporaryUserFolder } from '../support/user-folder.ts';

const DORA = '394051';
const FIND = 'GET /contacts/find_by_external_id/:externalId';

useTemporaryUserFolder();

let standIn: StandIn;
let baseUrl: string;

beforeEach(async () => {
	standIn = underContract(INTERCOM, createIntercomStandIn());
	baseUrl = await standIn.listen();
});

afterEach(async () => {
	// A fault that struck nothing means that the test did not test it.
	expect(standIn.faults.pending()).toEqual([]);
	await standIn.close();
});

async function run(
	items: ItemParams[],
	options: { continueOnFail?: boolean; token?: string } = {},
) {
	const rows = await executeNode(new IntercomMessage(), {
		items,
		credential: { region: 'us', baseUrl },
		headers: { authorization: `Bearer ${options.token ?? intercomToken}` },
		continueOnFail: options.continueOnFail ?? false,
	});
	return rows.map(({ json }) => json);
}

const contact = (accountId: string, more: ItemParams = {}): ItemParams => ({
	resource: 'contact',
	operation: 'createOrUpdate',
	accountId,
	email: `${accountId}@example.com`,
	additionalFields: {},
	trialAttributes: {},
	customAttributes: {},
	...more,
});

const message = (to: string, more: ItemParams = {}): ItemParams => ({
	resource: 'message',
	operation: 'send',
	to,
	adminId: { __rl: true, mode: 'list', value: DORA },
	channel: 'email',
	subject: 'Welcome',
	body: 'Hello',
	category: 'marketing',
	options: {},
	...more,
});

async function control(method: string, path: string, body?: unknown) {
	const reply = await fetch(`${baseUrl}/_control/${path}`, {
		method,
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
	return await reply.json();
}

async function messagesTo(who: string) {
	await control('PUT', 'settings', { messageableAfterMs: 0 });
	return (await control('GET', `contacts/${who}/messages`)) as unknown[];
}

describe('Contact > Create or Update', () => {
	it('creates two contacts and brings them up to date when run again', async () => {
		const items = [
			contact('acct_1', { additionalFields: { name: 'Ada' } }),
			contact('acct_2', { trialAttributes: { trial_ends_at: '2027-01-18T09:00:00Z' } }),
		];
		const first = await run(items);
		expect(first).toMatchObject([
			{ accountId: 'acct_1', name: 'Ada', role: 'user', isNew: true },
			{ accountId: 'acct_2', attributes: { trial_ends_at: 1800262800 }, isNew: true },
		]);
		const again = await run([contact('acct_1', { additionalFields: { name: 'Ada L.' } })]);
		expect(again).toMatchObject([
			{ contactId: first[0]?.['contactId'], name: 'Ada L.', isNew: false },
		]);
	});

	it('ends two items about one account in one contact', async () => {
		const rows = await run([contact('acct_1'), contact('acct_1')]);
		expect(rows.map(({ isNew }) => isNew)).toEqual([true, false]);
		expect(rows[0]?.['contactId']).toBe(rows[1]?.['contactId']);
	});

	it('takes over the contact that another flow made meanwhile', async () => {
		const [made] = await run([contact('acct_1')]);
		// The look-up misses it, as it does when the other flow is a moment faster.
		standIn.faults.add({
			route: FIND,
			kind: 'status',
			status: 404,
		});
		expect(await run([contact('acct_1', { additionalFields: { name: 'Ada' } })])).toMatchObject([
			{ contactId: made?.['contactId'], name: 'Ada', isNew: false },
		]);
	});

	it('refuses a malformed e-mail before Intercom sees it, and goes on with the others', async () => {
		const rows = await run([contact('acct_1', { email: 'ada@' }), contact('acct_2')], {
			continueOnFail: true,
		});
		expect(rows[0]).toEqual({
			error: { message: 'The e-mail is malformed', hint: expect.any(String) as string },
		});
		expect(rows[1]).toMatchObject({ accountId: 'acct_2', isNew: true });
	});

	it('explains a token that Intercom refuses, without showing it', async () => {
		const [row] = await run([contact('acct_1')], { continueOnFail: true, token: 'wrong-token' });
		expect(row).toMatchObject({
			error: { httpCode: 401, requestId: expect.any(String) as string },
		});
		expect(JSON.stringify(row)).not.toContain('wrong-token');
		expect(JSON.stringify(row)).toContain('region');
	});

	it('does not take a page that is not from Intercom for a contact', async () => {
		standIn.faults.add({
			route: FIND,
			kind: 'nonsense',
		});
		await expect(run([contact('acct_1')])).rejects.toThrow(
			'Intercom: The answer is not from Intercom: no JSON [item 0]',
		);
	});
});

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
		standIn.faults.add({ route: 'POST /messages', kind: 'status', status: 500, moment: 'after' });
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
		standIn.faults.add({ route: 'POST /messages', kind: 'cut', moment: 'after' });
		const rows = [
			await run([welcome({ category })], { continueOnFail: true }),
			await run([welcome({ category })]),
			await run([welcome({ category })]),
		].flat();
		expect(rows[0]).toHaveProperty('error');
		expect(rows[2]).toMatchObject({ sent: false });
		expect(await messagesTo('acct_1')).toHaveLength(times);
	});

	it('tries again after a refusal, because nothing was sent', async () => {
		standIn.faults.add({ route: 'POST /messages', kind: 'status', status: 422 });
		const [refused] = await run([welcome()], { continueOnFail: true });
		expect(refused).toHaveProperty('error');
		expect(await run([welcome()])).toMatchObject([{ sent: true }]);
	});

	it('remembers why it was not sent', async () => {
		await control('POST', 'contacts/acct_1/unsubscribe');
		expect(await run([welcome()])).toMatchObject([{ suppressed: 'unsubscribed' }]);
		await control('POST', 'contacts/acct_1/resubscribe');
		expect(await run([welcome()])).toMatchObject([{ sent: false, suppressed: 'unsubscribed' }]);
	});
});
