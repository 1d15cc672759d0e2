import type { ItemParams } from '../../support/execute-node.ts';
import { contact, FIND, useIntercom } from './harness.ts';

const intercom = useIntercom();
const { run, control, call } = intercom;

const act = (operation: string, who: string, more: ItemParams = {}): ItemParams => ({
	resource: 'contact',
	operation,
	contact: who,
	mode: 'test',
	...more,
});

interface Person {
	readonly id: string;
	readonly unsubscribed_from_emails?: boolean;
}

/** A contact that came by another way, and that search knows at once. */
async function person(details: Record<string, unknown>): Promise<Person> {
	await control('PUT', 'settings', { searchLagMs: 0 });
	return await call<Person>('POST', '/contacts', details);
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
		intercom.standIn().faults.add({
			route: FIND,
			kind: 'status',
			status: 404,
		});
		expect(await run([contact('acct_1', { additionalFields: { name: 'Ada' } })])).toMatchObject([
			{ contactId: made?.['contactId'], name: 'Ada', isNew: false },
		]);
	});

	it('brings an archived contact back', async () => {
		const [made] = await run([contact('acct_1')]);
		await run([act('archive', 'acct_1')]);
		expect(await run([contact('acct_1', { additionalFields: { name: 'Ada' } })])).toMatchObject([
			{ contactId: made?.['contactId'], name: 'Ada', isNew: false },
		]);
		expect(await run([act('get', 'acct_1')])).toMatchObject([{ exists: true }]);
	});

	it('takes over the user whom Intercom knows by e-mail alone', async () => {
		const known = await person({ role: 'user', email: 'acct_1@example.com' });
		expect(await run([contact('acct_1')])).toMatchObject([
			{ contactId: known.id, accountId: 'acct_1', isNew: false },
		]);
	});

	it('makes leads with the same e-mail part of the user', async () => {
		const lead = await person({ role: 'lead', email: 'acct_1@example.com', phone: '+361234' });
		const other = await person({ role: 'lead', email: 'somebody@example.com' });
		const [user] = await run([contact('acct_1')]);
		expect(user).toMatchObject({ role: 'user', phone: '+361234', isNew: true });
		const rows = await run([act('get', lead.id), act('get', other.id)]);
		expect(rows.map(({ exists }) => exists)).toEqual([false, true]);
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
		intercom.standIn().faults.add({
			route: FIND,
			kind: 'nonsense',
		});
		await expect(run([contact('acct_1')])).rejects.toThrow(
			'Intercom: The answer is not from Intercom: no JSON [item 0]',
		);
	});
});

describe('Contact > Get', () => {
	it('tells of contacts by account ID and by contact ID, and of those that are not there', async () => {
		const [made] = await run([contact('acct_1')]);
		const contactId = String(made?.['contactId']);
		const items = [act('get', 'acct_1'), act('get', contactId), act('get', 'acct_404')];
		const rows = await run(items);
		expect(rows).toMatchObject([
			{ contactId, exists: true, isUnsubscribed: false },
			{ accountId: 'acct_1', exists: true },
			{ accountId: 'acct_404', contactId: null, exists: false },
		]);
		expect(await run(items)).toEqual(rows);
	});

	it('refuses an empty reference, and goes on with the others', async () => {
		await run([contact('acct_1')]);
		const rows = await run([act('get', ''), act('get', 'acct_1')], { continueOnFail: true });
		expect(rows).toMatchObject([{ error: { message: '"Contact" is empty' } }, { exists: true }]);
	});
});

describe('Contact > Add Tag, Remove Tag', () => {
	const tag = (who: string, name: string) => act('addTag', who, { tag: name });
	const untag = (who: string, name: string) => act('removeTag', who, { tag: name });
	const tagsOf = async (who: unknown) =>
		(
			await call<{ data: Array<{ name: string }> }>('GET', `/contacts/${String(who)}/tags`)
		).data.map(({ name }) => name);

	it('tag by name, make what is new, and change nothing when repeated', async () => {
		const [one, other] = await run([contact('acct_1'), contact('acct_2')]);
		const items = [tag('acct_1', 'Lapsed'), tag('acct_2', 'lapsed')];
		const rows = await run(items);
		expect(rows).toMatchObject([{ tag: 'Lapsed' }, { accountId: 'acct_2' }]);
		expect(rows[0]?.['tagId']).toBe(rows[1]?.['tagId']);
		expect(await run(items)).toEqual(rows);
		expect(await tagsOf(one?.['contactId'])).toEqual(['Lapsed']);
		expect(await tagsOf(other?.['contactId'])).toEqual(['Lapsed']);
	});

	it('take a tag off by name, once', async () => {
		const [one] = await run([contact('acct_1'), contact('acct_2')]);
		await run([tag('acct_1', 'Lapsed'), tag('acct_1', 'VIP')]);
		const items = [untag('acct_1', 'LAPSED'), untag('acct_2', 'Lapsed'), untag('acct_1', 'new')];
		expect((await run(items)).map(({ removed }) => removed)).toEqual([true, false, false]);
		expect((await run(items)).map(({ removed }) => removed)).toEqual([false, false, false]);
		expect(await tagsOf(one?.['contactId'])).toEqual(['VIP']);
	});

	it('fail for a contact that is not there, and go on with the others', async () => {
		await run([contact('acct_1')]);
		const items = [
			tag('acct_404', 'x'),
			untag('acct_404', 'x'),
			tag('ada@example.com', 'x'),
			tag('acct_1', ''),
			tag('acct_1', 'x'),
		];
		const unknown = 'Intercom has no contact for the account "acct_404"';
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { message: unknown } },
			{ error: { message: unknown } },
			{ error: { message: 'Intercom has no contact for this e-mail' } },
			{ error: { message: '"Tag" is empty' } },
			{ tag: 'x' },
		]);
	});
});

describe('Contact > Unsubscribe', () => {
	it('stops all marketing, writes it down, and changes nothing when repeated', async () => {
		await run([contact('acct_1'), contact('acct_2')]);
		const items = [act('unsubscribe', 'acct_1'), act('unsubscribe', 'acct_2')];
		const rows = await run(items);
		expect(rows).toMatchObject([
			{ accountId: 'acct_1', unsubscribedFrom: 'all', isUnsubscribed: true },
			{ accountId: 'acct_2', isUnsubscribed: true },
		]);
		expect(await run(items)).toEqual(rows);
		const { accounts, timeline } = await intercom.ledger();
		expect(await accounts.get('acct_1')).toMatchObject({ consent: { isUnsubscribed: true } });
		const { entries } = await timeline.list({ accountId: 'acct_1', limit: 9 });
		expect(entries.filter(({ kind }) => kind === 'unsubscribed')).toHaveLength(1);
	});

	it('stops one kind of message: out of opt-out types, no longer in opt-in types', async () => {
		const [made] = await run([contact('acct_1')]);
		const choices = `/contacts/${String(made?.['contactId'])}/subscriptions`;
		type Types = { data: Array<{ id: string; consent_type: string }> };
		const { data: types } = await call<Types>('GET', '/subscription_types');
		const optOut = types.find((type) => type.consent_type === 'opt_out');
		const optIn = types.find((type) => type.consent_type === 'opt_in');
		await call('POST', choices, { id: optIn?.id, consent_type: 'opt_in' });
		const items = [optOut, optIn].map((type) =>
			act('unsubscribe', 'acct_1', { from: 'type', subscriptionType: type?.id }),
		);
		expect(await run(items)).toMatchObject([
			{ unsubscribedFrom: optOut?.id, isUnsubscribed: false },
			{ unsubscribedFrom: optIn?.id },
		]);
		await run(items);
		const { data: chosen } = await call<Types>('GET', choices);
		expect(chosen.map(({ id }) => id)).toEqual([optOut?.id]);
	});

	it('refuses a subscription type that is not there, and goes on with the others', async () => {
		await run([contact('acct_1')]);
		const items = [
			act('unsubscribe', 'acct_1', { from: 'type', subscriptionType: '999' }),
			act('unsubscribe', 'acct_1'),
		];
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { message: 'Intercom has no subscription type "999"' } },
			{ isUnsubscribed: true },
		]);
	});
});

describe('Contact > Archive', () => {
	it('puts contacts away; one that is gone is a row', async () => {
		const [made] = await run([contact('acct_1'), contact('acct_2')]);
		const items = [act('archive', 'acct_1'), act('archive', 'acct_404')];
		expect(await run(items)).toMatchObject([
			{ contactId: made?.['contactId'], archived: true },
			{ contactId: null, archived: false },
		]);
		expect(await run(items)).toMatchObject([{ archived: false }, { archived: false }]);
	});

	it('fails when Intercom refuses, and goes on with the others', async () => {
		await run([contact('acct_1'), contact('acct_2')]);
		intercom
			.standIn()
			.faults.add({ route: 'POST /contacts/:id/archive', kind: 'status', status: 403 });
		const items = [act('archive', 'acct_1'), act('archive', '')];
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { httpCode: 403 } },
			{ error: { message: '"Contact" is empty' } },
		]);
	});
});

describe('Contact > Convert Lead', () => {
	const convert = (lead: string, accountId: string): ItemParams => ({
		resource: 'contact',
		operation: 'convertLead',
		lead,
		accountId,
		mode: 'test',
	});

	it('makes a lead the user of an account, or part of the one it has; once', async () => {
		const [user] = await run([contact('acct_2')]);
		const [alone, twin] = [
			await person({ role: 'lead', email: 'lead@example.com' }),
			await person({ role: 'lead', email: 'acct_2@example.com' }),
		];
		const items = [convert(alone.id, 'acct_1'), convert(twin.id, 'acct_2')];
		expect(await run(items)).toMatchObject([
			{ contactId: alone.id, accountId: 'acct_1', role: 'user', converted: true },
			{ contactId: user?.['contactId'], accountId: 'acct_2', converted: true },
		]);
		expect((await run(items)).map(({ converted }) => converted)).toEqual([false, false]);
	});

	it('merges into the user whom Intercom knows by e-mail alone', async () => {
		const user = await person({ role: 'user', email: 'ada@example.com' });
		const lead = await person({ role: 'lead', email: 'ada@example.com' });
		expect(await run([convert(lead.id, 'acct_1')])).toMatchObject([
			{ contactId: user.id, accountId: 'acct_1', converted: true },
		]);
	});

	it('refuses the user of another account and a lead that is not there', async () => {
		const [user] = await run([contact('acct_1')]);
		const nobody = 'f'.repeat(24);
		const items = [convert(String(user?.['contactId']), 'acct_9'), convert(nobody, 'acct_9')];
		expect(await run(items, { continueOnFail: true })).toMatchObject([
			{ error: { message: expect.stringContaining('is the user of another account') as string } },
			{ error: { httpCode: 404 } },
		]);
	});
});
