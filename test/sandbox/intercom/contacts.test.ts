import type { Intercom } from 'intercom-client';
import { refusal, startIntercom, type IntercomUnderTest } from '../../support/intercom.ts';

const ANNA = { role: 'user', external_id: 'acc_1', email: 'anna@example.com' } as const;

describe('contacts of the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;

	beforeEach(async () => void (intercom = await startIntercom()));
	afterEach(async () => await intercom.close());

	/** The API takes any combination; the SDK's type only one of them. */
	const create = async (contact: object) =>
		await intercom.client.contacts.create(contact as Intercom.CreateContactRequest);

	it('are found by their own id and by external id', async () => {
		const { id } = await create({ ...ANNA, name: 'Anna' });
		const found = await intercom.client.contacts.find({ contact_id: id });
		const byExternalId = await intercom.client.contacts.showContactByExternalId({
			external_id: 'acc_1',
		});
		expect(found).toEqual(byExternalId);
		expect(found).toMatchObject({ type: 'contact', ...ANNA, name: 'Anna', owner_id: null });
	});

	it('that are leads are not found by external id', async () => {
		await create({ role: 'lead', external_id: 'acc_1' });
		expect(
			await refusal(intercom.client.contacts.showContactByExternalId({ external_id: 'acc_1' })),
		).toEqual({ status: 404, code: 'not_found', message: 'User Not Found' });
	});

	it.each<[string, object]>([
		['same external id', { role: 'user', external_id: 'acc_1' }],
		['same e-mail and no external id', { email: 'ANNA@example.com' }],
	])('are refused as duplicates: %s', async (_, contact) => {
		const { id } = await create(ANNA);
		expect(await refusal(create(contact))).toEqual({
			status: 409,
			code: 'conflict',
			message: `A contact matching those details already exists with id=${id}`,
		});
	});

	it('with another external id or role may share an e-mail', async () => {
		const { id } = await create(ANNA);
		const second = await create({ ...ANNA, external_id: 'acc_2' });
		const lead = await create({ role: 'lead', email: ANNA.email });
		expect(new Set([id, second.id, lead.id]).size).toBe(3);
	});

	it('are in the way even when archived, and cannot be read or changed until unarchived', async () => {
		const { id } = await create(ANNA);
		expect(await intercom.client.contacts.archive({ contact_id: id })).toMatchObject({
			id,
			archived: true,
		});
		expect(await refusal(create(ANNA))).toEqual({
			status: 409,
			code: 'conflict',
			message: `An archived contact matching those details already exists with id=${id}`,
		});
		expect(await refusal(intercom.client.contacts.find({ contact_id: id }))).toMatchObject({
			status: 404,
		});
		expect(
			await refusal(intercom.client.contacts.update({ contact_id: id, name: 'Anna' })),
		).toMatchObject({ status: 404 });

		await intercom.client.contacts.unarchive({ contact_id: id });
		expect(await intercom.client.contacts.find({ contact_id: id })).toMatchObject(ANNA);
	});

	it('are gone after deletion, and so is the conflict', async () => {
		const { id } = await create(ANNA);
		expect(await intercom.client.contacts.delete({ contact_id: id })).toEqual({
			type: 'contact',
			id,
			external_id: 'acc_1',
			deleted: true,
		});
		expect((await create(ANNA)).id).not.toBe(id);
	});

	it('keep the custom attributes that an update does not name', async () => {
		const { id } = await create({ ...ANNA, custom_attributes: { plan: 'pro', stage: 'trialing' } });
		const updated = await intercom.client.contacts.update({
			contact_id: id,
			custom_attributes: { stage: 'active', trial_ends_at: 1_800_000_000 },
		});
		expect(updated.custom_attributes).toEqual({
			plan: 'pro',
			stage: 'active',
			trial_ends_at: 1_800_000_000,
		});
	});

	it.each<[string, object, string]>([
		['no identifier', { name: 'Anna' }, 'One of email, external_id or role is required'],
		['an unknown role', { role: 'customer' }, 'role must be one of user, lead'],
		['an e-mail that is none', { email: 'anna' }, 'email is not a valid email'],
		['an unknown parameter', { ...ANNA, plan: 'pro' }, 'plan is not a known parameter'],
		[
			'an attribute that does not exist',
			{ ...ANNA, custom_attributes: { mood: 'good' } },
			"Custom attribute 'mood' does not exist",
		],
		[
			'an attribute of another type',
			{ ...ANNA, custom_attributes: { trial_ends_at: 'soon' } },
			"Custom attribute 'trial_ends_at' must be of type date",
		],
		[
			'milliseconds for seconds',
			{ ...ANNA, signed_up_at: 1_800_000_000_000 },
			'signed_up_at must be a unix timestamp in seconds',
		],
	])('are refused with %s', async (_, contact, message) => {
		expect(await refusal(create(contact))).toMatchObject({ status: 400, message });
	});

	it('are listed newest first, page by page, without a next on the last', async () => {
		for (const external_id of ['a', 'b', 'c']) await create({ role: 'user', external_id });
		const ids: Array<string | undefined> = [];
		const page = await intercom.client.contacts.list({ per_page: 2 });
		for await (const contact of page) ids.push(contact.external_id);
		expect(ids).toEqual(['c', 'b', 'a']);

		const first = await intercom.call('GET', '/contacts?per_page=2');
		expect(first.body).toMatchObject({
			total_count: 3,
			pages: { page: 1, per_page: 2, total_pages: 2, next: { per_page: 2 } },
		});
		const { starting_after: cursor } = (
			first.body as { pages: { next: { starting_after: string } } }
		).pages.next;
		const last = await intercom.call('GET', `/contacts?per_page=2&starting_after=${cursor}`);
		expect(last.body).toMatchObject({ data: [{ external_id: 'a' }], pages: { page: 2 } });
		expect(last.body).not.toHaveProperty('pages.next');
	});

	it('live in the time that their external id tells', async () => {
		await intercom.close();
		intercom = await startIntercom({
			now: (externalId) =>
				new Date(externalId === 'acc_1' ? '2030-01-01T00:00:00Z' : '2026-01-01T00:00:00Z'),
		});
		expect((await create(ANNA)).created_at).toBe(Date.UTC(2030, 0, 1) / 1000);
		expect((await create({ role: 'lead' })).created_at).toBe(Date.UTC(2026, 0, 1) / 1000);
	});
});
