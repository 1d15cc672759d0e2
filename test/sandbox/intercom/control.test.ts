import { startIntercom, type IntercomUnderTest } from '../../support/intercom.ts';

interface State {
	readonly contacts: Array<{ external_id: string }>;
	readonly admins: Array<{ name: string }>;
	readonly settings: { searchLagMs: number };
	readonly messages: Array<{ openedAt: number | null; clickedAt: number | null }>;
}

describe('the control routes of the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;

	beforeEach(async () => void (intercom = await startIntercom()));
	afterEach(async () => await intercom.close());

	const createAnna = async () =>
		await intercom.client.contacts.create({ external_id: 'acc_1', name: 'Anna' });

	const send = async (id: string) =>
		await intercom.client.messages.create({
			message_type: 'email',
			subject: 'Welcome',
			body: 'Hello',
			template: 'plain',
			from: { type: 'admin', id: 394051 },
			to: { type: 'user', id },
		});

	it('go back to a fresh start', async () => {
		await createAnna();
		await intercom.call('PUT', '/_control/settings', { searchLagMs: 5 });
		await intercom.call('POST', '/_control/reset');
		expect(await intercom.state<State>()).toMatchObject({
			contacts: [],
			messages: [],
			admins: [{ name: 'Dora from Acme' }, { name: 'Acme Support' }],
			settings: { searchLagMs: 0 },
		});
	});

	it('need no token and cost no quota', async () => {
		const response = await fetch(`${intercom.url}/_control/state`);
		expect(response.status).toBe(200);
		expect(response.headers.get('x-ratelimit-limit')).toBeNull();
	});

	it('show a person only what reached them', async () => {
		const { id } = await intercom.client.contacts.create({ email: 'anna@example.com' });
		await send(id);
		await intercom.call('POST', `/_control/contacts/anna@example.com/bounce`);
		await send(id);
		const { body } = await intercom.call('GET', `/_control/contacts/${id}/messages`);
		expect(body).toHaveLength(1);
	});

	it('open messages and click in them', async () => {
		const { id } = await createAnna();
		const message = await send(id);
		await intercom.call('POST', `/_control/messages/${message.id}/click`);
		expect((await intercom.state<State>()).messages).toMatchObject([
			{ openedAt: expect.any(Number), clickedAt: expect.any(Number) },
		]);
		expect(await intercom.client.contacts.find({ contact_id: id })).toMatchObject({
			last_email_opened_at: expect.any(Number),
			last_email_clicked_at: expect.any(Number),
		});
	});

	it('refuse settings that do not exist', async () => {
		expect(await intercom.call('PUT', '/_control/settings', { lag: 5 })).toMatchObject({
			status: 400,
			body: { errors: [{ message: 'lag is not a known parameter' }] },
		});
	});
});
