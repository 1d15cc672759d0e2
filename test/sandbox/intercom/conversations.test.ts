import { refusal, startIntercom, type IntercomUnderTest } from '../../support/intercom.ts';

const DORA = '394051';
const SUPPORT = '394052';

describe('conversations of the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;
	let annaId: string;

	beforeEach(async () => {
		intercom = await startIntercom();
		annaId = (await intercom.client.contacts.create({ external_id: 'acc_1' })).id;
	});
	afterEach(async () => await intercom.close());

	const begin = async () => {
		const message = await intercom.client.conversations.create({
			from: { type: 'user', id: annaId },
			body: 'Hello?',
		});
		return message.conversation_id;
	};

	it('begin with a message of a contact', async () => {
		const id = await begin();
		expect(await intercom.client.conversations.find({ conversation_id: id })).toMatchObject({
			type: 'conversation',
			state: 'open',
			source: {
				type: 'conversation',
				delivered_as: 'customer_initiated',
				body: '<p>Hello?</p>',
				author: { type: 'user', id: annaId },
			},
			contacts: { contacts: [{ id: annaId, external_id: 'acc_1' }] },
			conversation_parts: { total_count: 0 },
		});
	});

	it('begin when a contact answers a message, and name that message', async () => {
		const message = await intercom.client.messages.create({
			message_type: 'email',
			subject: 'Need a hand?',
			body: 'Write to us',
			template: 'personal',
			from: { type: 'admin', id: Number(DORA) },
			to: { type: 'user', id: annaId },
		});
		expect((await intercom.client.conversations.list()).data).toEqual([]);
		await intercom.call('POST', '/_control/contacts/acc_1/reply', {
			body: 'Yes please',
			message_id: message.id,
		});
		const [conversation] = (await intercom.client.conversations.list()).data;
		expect(conversation).toMatchObject({
			source: { id: message.id, type: 'email', subject: 'Need a hand?', author: { id: DORA } },
			first_contact_reply: { type: 'conversation' },
		});
		expect(await intercom.client.contacts.find({ contact_id: annaId })).toMatchObject({
			last_replied_at: expect.any(Number),
		});
	});

	it('take replies and notes of admins and replies of contacts', async () => {
		const id = await begin();
		const reply = async (body: Parameters<typeof intercom.client.conversations.reply>[0]['body']) =>
			await intercom.client.conversations.reply({ conversation_id: id, body });
		await reply({ message_type: 'comment', type: 'admin', admin_id: DORA, body: 'Hi Anna' });
		await reply({ message_type: 'note', type: 'admin', admin_id: SUPPORT, body: 'Trial user' });
		const last = await intercom.client.conversations.reply({
			conversation_id: 'last',
			body: { message_type: 'comment', type: 'user', intercom_user_id: annaId, body: 'Thanks' },
		});
		expect(last.id).toBe(id);
		expect(
			last.conversation_parts?.conversation_parts?.map(({ part_type, body, author }) => [
				part_type,
				body,
				author?.type,
			]),
		).toEqual([
			['comment', '<p>Hi Anna</p>', 'admin'],
			['note', '<p>Trial user</p>', 'admin'],
			['comment', '<p>Thanks</p>', 'user'],
		]);
	});

	it('are assigned, closed, and opened again by an answer', async () => {
		const id = await begin();
		const assigned = await intercom.client.conversations.manage({
			conversation_id: id,
			body: { message_type: 'assignment', type: 'admin', admin_id: DORA, assignee_id: SUPPORT },
		});
		expect(assigned.admin_assignee_id).toBe(Number(SUPPORT));
		const closed = await intercom.client.conversations.manage({
			conversation_id: id,
			body: { message_type: 'close', type: 'admin', admin_id: DORA },
		});
		expect(closed).toMatchObject({ state: 'closed', open: false });
		await intercom.call('POST', '/_control/contacts/acc_1/reply', { body: 'One more thing' });
		expect(await intercom.client.conversations.find({ conversation_id: id })).toMatchObject({
			state: 'open',
			open: true,
		});
	});

	it('are tagged', async () => {
		const id = await begin();
		const tag = await intercom.client.tags.create({ name: 'urgent' });
		await intercom.client.tags.tagConversation({ conversation_id: id, id: tag.id, admin_id: DORA });
		expect(await intercom.client.conversations.find({ conversation_id: id })).toMatchObject({
			tags: { tags: [{ id: tag.id, name: 'urgent', applied_by: { id: DORA } }] },
		});
		const untag = { conversation_id: id, tag_id: tag.id, admin_id: DORA };
		await intercom.client.tags.untagConversation(untag);
		expect(await refusal(intercom.client.tags.untagConversation(untag))).toMatchObject({
			status: 404,
			code: 'tag_not_found',
		});
	});

	it('are refused where contact, conversation, admin or assignee are unknown', async () => {
		const id = await begin();
		const { conversations } = intercom.client;
		const refused = await Promise.all([
			refusal(conversations.create({ from: { type: 'user', id: 'nobody' }, body: 'Hi' })),
			refusal(conversations.find({ conversation_id: '1' })),
			refusal(
				conversations.reply({
					conversation_id: id,
					body: { message_type: 'comment', type: 'admin', admin_id: '1', body: 'Hi' },
				}),
			),
			refusal(
				conversations.manage({
					conversation_id: id,
					body: { message_type: 'assignment', type: 'admin', admin_id: DORA, assignee_id: '1' },
				}),
			),
		]);
		expect(refused.map(({ status, message }) => [status, message])).toEqual([
			[404, 'User Not Found'],
			[404, 'Resource Not Found'],
			[404, 'Admin not found'],
			[404, 'Resource Not Found'],
		]);
	});
});
