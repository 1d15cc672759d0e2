import type { Intercom } from 'intercom-client';
import {
	refusal,
	startIntercom,
	startIntercomOutsideTheContract,
	type IntercomUnderTest,
} from '../../support/intercom.ts';

const DORA = { type: 'admin', id: 394051 } as const;

interface State {
	readonly messages: Array<{ contactId: string; isDelivered: boolean; kind: string }>;
	readonly conversations: Array<{ id: string; source: { id: string } }>;
}

describe('messages of the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;
	let to: { type: 'user'; id: string };

	beforeEach(async () => {
		intercom = await startIntercom();
		to = {
			type: 'user',
			id: (await intercom.client.contacts.create({ email: 'a@example.com' })).id,
		};
	});
	afterEach(async () => await intercom.close());

	const email = () =>
		({
			message_type: 'email',
			subject: 'Welcome',
			body: 'Hello',
			template: 'plain',
			from: DORA,
			to,
		}) as const;

	it('by e-mail and in the app are answered as sent by an admin, without a conversation', async () => {
		const sent = await intercom.client.messages.create(email());
		expect(sent).toEqual({
			type: 'admin_message',
			id: expect.any(String),
			created_at: expect.any(Number),
			subject: 'Welcome',
			body: 'Hello',
			message_type: 'email',
		});
		const inApp: Intercom.CreateMessageRequest = {
			message_type: 'inapp',
			body: 'Hi',
			from: DORA,
			to,
		};
		expect(await intercom.client.messages.create(inApp)).toMatchObject({ message_type: 'inapp' });
		expect((await intercom.state<State>()).messages.map(({ kind }) => kind)).toEqual([
			'email',
			'inapp',
		]);
	});

	it('are sent again when they are sent again', async () => {
		await intercom.client.messages.create(email());
		await intercom.client.messages.create(email());
		expect((await intercom.state<State>()).messages).toHaveLength(2);
	});

	it('take in_app, as the description writes it', async () => {
		const standIn = await startIntercomOutsideTheContract();
		try {
			const contact = await standIn.call('POST', '/contacts', { email: 'a@example.com' });
			const { id } = contact.body as { id: string };
			const answer = await standIn.call('POST', '/messages', {
				message_type: 'in_app',
				body: 'Hi',
				from: DORA,
				to: { type: 'user', id },
			});
			expect(answer).toMatchObject({ status: 200, body: { message_type: 'inapp' } });
		} finally {
			await standIn.close();
		}
	});

	it.each<[string, object, object]>([
		[
			'no body',
			{ body: undefined },
			{ status: 400, code: 'parameter_invalid', message: 'Body is required' },
		],
		[
			'no subject',
			{ subject: undefined },
			{
				status: 422,
				code: 'parameter_not_found',
				message: 'No subject supplied for email message',
			},
		],
		['no template', { template: undefined }, { status: 400, message: 'template is required' }],
		[
			'the id of an admin as text',
			{ from: { type: 'admin', id: '394051' } },
			{ status: 400, message: 'from.id must be an integer' },
		],
		[
			'an unknown admin',
			{ from: { type: 'admin', id: 1 } },
			{ status: 404, code: 'admin_not_found' },
		],
		['an unknown contact', { to: { type: 'user', id: 'nobody' } }, { status: 404 }],
	])('are refused with %s', async (_, changes, expected) => {
		const request = { ...email(), ...changes } as Intercom.CreateMessageRequest;
		expect(await refusal(intercom.client.messages.create(request))).toMatchObject(expected);
	});

	it('are refused when the type is not the role of the contact', async () => {
		const asLead = { ...email(), to: { ...to, type: 'lead' } } as const;
		expect(await refusal(intercom.client.messages.create(asLead))).toMatchObject({ status: 404 });
	});

	it('are refused for a while after the contact was made', async () => {
		await intercom.call('PUT', '/_control/settings', { messageableAfterMs: 60_000 });
		expect(await refusal(intercom.client.messages.create(email()))).toMatchObject({
			status: 404,
			message: 'User Not Found',
		});
		await intercom.call('PUT', '/_control/settings', { messageableAfterMs: 1 });
		expect(await intercom.client.messages.create(email())).toMatchObject({ body: 'Hello' });
	});

	it.each<[string, boolean]>([
		['unsubscribe', true],
		['bounce', false],
		['spam', false],
	])('are accepted after %s; delivered: %s', async (act, isDelivered) => {
		await intercom.call('POST', `/_control/contacts/${to.id}/${act}`);
		await intercom.client.messages.create(email());
		expect((await intercom.state<State>()).messages).toMatchObject([
			{ contactId: to.id, isDelivered },
		]);
	});

	it('become a conversation at once only if asked to', async () => {
		const sent = await intercom.client.messages.create({
			...email(),
			create_conversation_without_contact_reply: true,
		});
		expect((await intercom.state<State>()).conversations).toMatchObject([
			{ id: sent.conversation_id, source: { id: sent.id } },
		]);
	});

	it('keep their effect when the answer is lost', async () => {
		intercom.standIn.faults.add({ route: 'POST /messages', kind: 'status', moment: 'after' });
		expect(await refusal(intercom.client.messages.create(email()))).toMatchObject({ status: 500 });
		expect((await intercom.state<State>()).messages).toHaveLength(1);
	});
});
