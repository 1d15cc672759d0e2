import type { Intercom } from 'intercom-client';
import {
	refusal,
	startIntercom,
	startIntercomOutsideTheContract,
	type IntercomUnderTest,
} from '../../support/intercom.ts';

describe('merging in the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;

	afterEach(async () => await intercom.close());

	const create = async (contact: object) =>
		await intercom.client.contacts.create(contact as Intercom.CreateContactRequest);

	it('moves what hangs on a lead to the user of the same e-mail', async () => {
		intercom = await startIntercom();
		const lead = await create({ role: 'lead', email: 'anna@example.com', name: 'Anna' });
		const user = await create({ external_id: 'acc_1', email: 'Anna@example.com' });
		const tag = await intercom.client.tags.create({ name: 'webinar' });
		await intercom.client.tags.tagContact({ contact_id: lead.id, id: tag.id });
		await intercom.client.notes.create({ contact_id: lead.id, body: 'Called us' });

		const merged = await intercom.client.contacts.mergeLeadInUser({ from: lead.id, into: user.id });
		expect(merged).toMatchObject({
			id: user.id,
			external_id: 'acc_1',
			email: 'Anna@example.com',
			name: 'Anna',
			tags: { data: [{ id: tag.id }] },
			notes: { total_count: 1 },
		});
		expect(await refusal(intercom.client.contacts.find({ contact_id: lead.id }))).toMatchObject({
			status: 404,
		});
		const list = await intercom.client.contacts.list();
		expect(list.data.map(({ id }) => id)).toEqual([user.id]);
	});

	it('is refused for people who share nothing, and for anything but a lead into a user', async () => {
		intercom = await startIntercom();
		const lead = await create({ role: 'lead', email: 'anna@example.com' });
		const other = await create({ external_id: 'acc_1', email: 'bela@example.com' });
		const merge = async (from: string, into: string) =>
			await refusal(intercom.client.contacts.mergeLeadInUser({ from, into }));
		expect(await merge(lead.id, other.id)).toMatchObject({ status: 400, code: 'invalid_merge' });
		expect(await merge(other.id, lead.id)).toMatchObject({ status: 400, code: 'invalid_merge' });
		expect(await merge('nobody', other.id)).toMatchObject({ status: 404 });
	});

	it('says from 2.16 on where a merged contact went', async () => {
		intercom = await startIntercomOutsideTheContract();
		const in216 = { 'intercom-version': '2.16' };
		const lead = await create({ role: 'lead', email: 'anna@example.com' });
		const user = await create({ external_id: 'acc_1', email: 'bela@example.com' });
		const merge = { from: lead.id, into: user.id, skip_duplicate_validation: true };
		expect((await intercom.call('POST', '/contacts/merge', merge)).status).toBe(400);
		expect((await intercom.call('POST', '/contacts/merge', merge, in216)).status).toBe(200);

		const gone = await intercom.call('GET', `/contacts/${lead.id}`, undefined, in216);
		expect(gone).toMatchObject({ status: 410, body: { errors: [{ code: 'contact_merged' }] } });
		expect(gone.headers.get('link')).toBe(`</contacts/${user.id}>; rel="canonical"`);
		expect((await intercom.call('GET', `/contacts/${lead.id}`)).status).toBe(404);
	});

	it('turns a visitor into a new user, or into the one that exists', async () => {
		intercom = await startIntercom();
		const visit = async (user_id: string) =>
			await intercom.call('POST', '/_control/visitors', { user_id });
		const convert = async (visitor: string) =>
			await intercom.client.visitors.mergeToContact({
				type: 'user',
				user: { user_id: 'acc_1', email: 'anna@example.com' },
				visitor: { user_id: visitor },
			});
		await visit('visitor-1');
		await visit('visitor-2');
		const first = await convert('visitor-1');
		expect(first).toMatchObject({ role: 'user', external_id: 'acc_1', email: 'anna@example.com' });
		expect((await convert('visitor-2')).id).toBe(first.id);
		expect(await refusal(convert('visitor-1'))).toEqual({
			status: 404,
			code: 'not_found',
			message: 'Visitor Not Found',
		});
	});
});
