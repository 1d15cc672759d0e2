import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { intercomClientSecret } from '../../../sandbox/secrets.ts';
import { startIntercom, type IntercomUnderTest } from '../../support/intercom.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Notification {
	readonly id: string;
	readonly topic: string;
	readonly delivery_attempts: number;
	readonly data: { readonly item: Record<string, unknown> };
}

interface Received {
	readonly signature: string | undefined;
	readonly rawBody: string;
	readonly notification: Notification;
}

describe('notifications of the Intercom stand-in', () => {
	let intercom: IntercomUnderTest;
	let receiver: Server;
	let received: Received[];
	let statuses: number[];

	beforeEach(async () => {
		received = [];
		statuses = [];
		receiver = createServer((request, response) => {
			let rawBody = '';
			request.on('data', (chunk: Buffer) => (rawBody += chunk.toString()));
			request.on('end', () => {
				const notification = JSON.parse(rawBody) as Notification;
				const signature = request.headers['x-hub-signature'];
				received.push({ signature: [signature].flat()[0], rawBody, notification });
				response.writeHead(statuses.shift() ?? 200).end();
			});
		});
		await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
		intercom = await startIntercom({ settings: { webhookRetryDelaysMs: [1] } });
		await subscribe();
	});

	afterEach(async () => {
		await intercom.close();
		receiver.closeAllConnections();
		await new Promise((resolve) => receiver.close(resolve));
	});

	const subscribe = async (topics?: readonly string[]) => {
		const { port } = receiver.address() as AddressInfo;
		const url = `http://127.0.0.1:${port}/`;
		await intercom.call('PUT', '/_control/webhook', { url, ...(topics ? { topics } : {}) });
	};

	const until = async (isDone: () => boolean | Promise<boolean>) =>
		await waitFor('notifications', async () => (await isDone()) || undefined, 4_000);

	const isGenuine = ({ signature, rawBody }: Received) =>
		signature === `sha1=${createHmac('sha1', intercomClientSecret).update(rawBody).digest('hex')}`;

	const states = async () => {
		const { deliveries } = await intercom.state<{
			deliveries: Array<{ state: string; tries: number[] }>;
		}>();
		return deliveries.map(({ state, tries }) => ({ state, tries }));
	};

	const createAnna = async () =>
		await intercom.client.contacts.create({ external_id: 'acc_1', name: 'Anna' });

	it('are signed over the raw body and carry the object', async () => {
		const anna = await createAnna();
		await until(() => received.length === 1);
		const [first] = received;
		expect(first && isGenuine(first)).toBe(true);
		expect(first?.notification).toMatchObject({
			type: 'notification_event',
			id: expect.stringMatching(/^notif_/),
			topic: 'contact.user.created',
			app_id: 'acme_us',
			delivery_attempts: 1,
			data: { type: 'notification_event_data', item: { type: 'contact', id: anna.id } },
		});
	});

	it.each<[string, string, object]>([
		['unsubscribe', 'contact.unsubscribed', { type: 'contact_unsubscribe' }],
		['bounce', 'content_stat.email', { content_stat: { stat_type: 'hard_bounce' } }],
		['spam', 'content_stat.email', { content_stat: { stat_type: 'spam_complaint' } }],
	])('tell of: %s', async (act, topic, item) => {
		const { id } = await createAnna();
		await subscribe([topic]);
		await intercom.call('POST', `/_control/contacts/acc_1/${act}`);
		await until(() => received.some(({ notification }) => notification.topic === topic));
		expect(received.at(-1)?.notification.data.item).toMatchObject({ ...item, contact: { id } });
	});

	it('tell of a reply with the conversation and its parts', async () => {
		await createAnna();
		await subscribe(['conversation.user.created', 'conversation.user.replied']);
		for (const body of ['Hello', 'Anybody there?']) {
			await intercom.call('POST', '/_control/contacts/acc_1/reply', { body });
		}
		const replies = () =>
			received.filter(({ notification }) => notification.topic === 'conversation.user.replied');
		await until(() => replies().length === 1);
		expect(replies()[0]?.notification.data.item).toMatchObject({
			type: 'conversation',
			conversation_parts: { conversation_parts: [{ body: '<p>Anybody there?</p>' }] },
		});
	});

	it('are tried once more after an error, then given up', async () => {
		statuses = [500, 500, 200];
		await createAnna();
		await until(async () => (await states())[0]?.state === 'given_up');
		expect(await states()).toEqual([{ state: 'given_up', tries: [500, 500] }]);
		expect(received.map(({ notification }) => notification.delivery_attempts)).toEqual([1, 2]);
	});

	it('stop when the receiver is gone', async () => {
		statuses = [410];
		await createAnna();
		await until(async () => (await states())[0]?.state === 'given_up');
		await intercom.client.contacts.create({ external_id: 'acc_2' });
		expect((await intercom.state<{ webhook: unknown }>()).webhook).toBeNull();
		expect(await states()).toHaveLength(1);
	});

	it('come several times, and forged ones among them, where switched on', async () => {
		await intercom.call('PUT', '/_control/settings', { webhookRepeats: 2, webhookForgeries: true });
		await createAnna();
		await until(() => received.length === 4);
		expect(received.filter(isGenuine)).toHaveLength(3);
		expect(new Set(received.map(({ notification }) => notification.id)).size).toBe(1);
	});

	it('can be repeated long after they were delivered', async () => {
		await createAnna();
		await until(() => received.length === 1);
		const id = received[0]?.notification.id;
		await intercom.call('POST', `/_control/deliveries/${id}/repeat`);
		await until(() => received.length === 2);
		expect(received[1]?.notification.id).toBe(id);
	});
});
