import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startStripe, type Harness } from './harness.ts';

interface Received {
	readonly body: string;
	readonly signature: string;
	readonly event: Stripe.Event;
}

/** Somebody who listens: keeps what came, answers what the test wants. */
async function startReceiver(answer: (received: Received, before: number) => number = () => 200) {
	const received: Received[] = [];
	const server: Server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString()));
		request.on('end', () => {
			const one: Received = {
				body,
				signature: String(request.headers['stripe-signature']),
				event: JSON.parse(body) as Stripe.Event,
			};
			const status = answer(one, received.length);
			received.push(one);
			response.writeHead(status).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		received,
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

describe('webhooks of the Stripe stand-in', () => {
	let harness: Harness;
	let stripe: Stripe;
	let receiver: Receiver;

	beforeEach(async () => {
		harness = await startStripe();
		stripe = harness.stripe;
		receiver = await startReceiver();
	});
	afterEach(async () => {
		await harness.close();
		await receiver.close();
	});

	const listen = async (
		url = receiver.url,
		events: Stripe.WebhookEndpointCreateParams.EnabledEvent[] = ['*'],
	) => {
		const { id, secret = '' } = await stripe.webhookEndpoints.create({
			url,
			enabled_events: events,
		});
		return { id, secret };
	};

	const idle = async () => await harness.standIn.deliveriesDone();

	const isGenuine = ({ body, signature }: Received, secret: string) => {
		try {
			Stripe.webhooks.constructEvent(body, signature, secret);
			return true;
		} catch {
			return false;
		}
	};

	it('deliver what was asked for, signed, as the event log has it', async () => {
		const { id, secret } = await listen(receiver.url, ['customer.created', 'customer.deleted']);
		expect(await stripe.webhookEndpoints.retrieve(id)).not.toHaveProperty('secret');
		const { id: customer } = await stripe.customers.create({ email: 'a@example.com' });
		await stripe.customers.update(customer, { name: 'Ada' });
		await idle();
		const [first, ...others] = receiver.received;
		expect(others).toEqual([]);
		const event = Stripe.webhooks.constructEvent(first?.body ?? '', first?.signature ?? '', secret);
		expect(event).toMatchObject({
			type: 'customer.created',
			api_version: '2026-10-28.endive',
			data: { object: { id: customer, name: null } },
			request: { id: expect.stringMatching(/^req_/) as string },
			pending_webhooks: 1,
		});
		const stored = await stripe.events.retrieve(event.id);
		expect(stored).toEqual({ ...event, pending_webhooks: 0 });
	});

	it('name the idempotency key that caused them', async () => {
		await listen();
		await stripe.customers.create({}, { idempotencyKey: 'my-key' });
		await idle();
		expect(receiver.received[0]?.event.request?.idempotency_key).toBe('my-key');
	});

	it('tell what changed, inside hashes only that', async () => {
		const { id } = await stripe.customers.create({ metadata: { a: '1', b: '2' } });
		await stripe.customers.update(id, { metadata: { b: '3', c: '4' }, name: 'Ada' });
		const { data } = await stripe.events.list({ type: 'customer.updated' });
		expect(data[0]?.data.previous_attributes).toEqual({
			metadata: { b: '2', c: null },
			name: null,
		});
	});

	it('are tried again, and count as successful only then', async () => {
		await receiver.close();
		receiver = await startReceiver((_, before) => (before < 2 ? 500 : 200));
		await harness.control('settings', { webhookRetrySeconds: [600, 3600] });
		await listen();
		await stripe.customers.create();
		await idle();
		const ids = async (isDelivered: boolean) =>
			(await stripe.events.list({ delivery_success: isDelivered })).data.length;
		const delivered = await ids(true);
		expect(await ids(false)).toBe(1);
		await harness.control('clock', { seconds: 600 });
		await idle();
		await harness.control('clock', { seconds: 3600 });
		await idle();
		expect([await ids(true), await ids(false)]).toEqual([delivered + 1, 0]);
		expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1);
		expect(receiver.received).toHaveLength(3);
	});

	it('are given up after the last try', async () => {
		await receiver.close();
		receiver = await startReceiver(() => 302);
		await harness.control('settings', { webhookRetrySeconds: [600] });
		await listen();
		await stripe.customers.create();
		await idle();
		await harness.control('clock', { days: 1 });
		await idle();
		await harness.control('clock', { days: 1 });
		await idle();
		expect(receiver.received).toHaveLength(2);
		expect(harness.standIn.account.deliveries.all()).toMatchObject([
			{ state: 'failed', attempts: [{ answer: 302 }, { answer: 302 }] },
		]);
	});

	it('go nowhere but to this machine', async () => {
		await listen('https://example.com/hook');
		await stripe.customers.create();
		await idle();
		expect(harness.standIn.account.deliveries.all()[0]?.attempts[0]?.answer).toContain(
			'not this machine',
		);
	});

	it('carry two signatures while the secret is rolled', async () => {
		const { id, secret } = await listen();
		const { secret: fresh } = await harness.control(`webhook_endpoints/${id}/roll`, {
			keep_hours: 24,
		});
		await stripe.customers.create();
		await idle();
		const [first] = receiver.received;
		expect(first?.signature.match(/v1=/g)).toHaveLength(2);
		if (!first) throw new Error('Nothing came');
		expect([isGenuine(first, secret), isGenuine(first, String(fresh))]).toEqual([true, true]);
		await harness.control('clock', { days: 2 });
		await stripe.customers.create();
		await idle();
		const last = receiver.received.at(-1);
		expect(last && [isGenuine(last, secret), isGenuine(last, String(fresh))]).toEqual([
			false,
			true,
		]);
	});

	it('repeat, forge and overtake by switch, alike for the same seed', async () => {
		const play = async () => {
			const own = await startStripe({
				settings: { webhookRepeats: 0.3, webhookForgeries: 0.3, webhookDisorderMs: 60 },
			});
			const ear = await startReceiver();
			const { secret = '' } = await own.stripe.webhookEndpoints.create({
				url: ear.url,
				enabled_events: ['customer.created'],
			});
			for (let turn = 0; turn < 20; turn += 1) {
				await own.stripe.customers.create({ name: String(turn) });
			}
			await own.standIn.deliveriesDone();
			const kinds = own.standIn.account.deliveries.all().map(({ kind }) => kind);
			const genuine = ear.received.filter((one) => isGenuine(one, secret));
			await own.close();
			await ear.close();
			return { kinds, genuine, all: ear.received };
		};
		const first = await play();
		expect(first.kinds.filter((kind) => kind === 'genuine')).toHaveLength(20);
		expect(first.kinds).toContain('repeat');
		const forged = first.kinds.filter((kind) => kind === 'forged').length;
		expect(forged).toBeGreaterThan(0);
		expect(first.all.length - first.genuine.length).toBe(forged);
		const order = first.genuine.map(({ event }) => (event.data.object as Stripe.Customer).name);
		expect(order).not.toEqual(order.toSorted((one, other) => Number(one) - Number(other)));
		expect((await play()).kinds).toEqual(first.kinds);
	});

	it('can be sent once more', async () => {
		await listen();
		await stripe.customers.create();
		await idle();
		const [first] = receiver.received;
		await harness.control(`events/${first?.event.id ?? ''}/resend`);
		await idle();
		expect(receiver.received.map(({ event }) => event.id)).toEqual([
			first?.event.id,
			first?.event.id,
		]);
	});

	it('have sixteen endpoints at most', async () => {
		for (let count = 0; count < 16; count += 1) await listen();
		await expect(listen()).rejects.toThrow('maximum of 16');
		const { data } = await stripe.webhookEndpoints.list({ limit: 100 });
		await stripe.webhookEndpoints.del(data[0]?.id ?? '');
		await expect(listen()).resolves.toBeDefined();
	});

	it.each([
		[
			'an event that does not exist',
			{ url: 'http://127.0.0.1/x', enabled_events: ['customer.made'] },
		],
		['an address that is none', { url: 'nowhere', enabled_events: ['*'] }],
	])('refuse %s', async (_, params) => {
		await expect(
			stripe.webhookEndpoints.create(params as Stripe.WebhookEndpointCreateParams),
		).rejects.toMatchObject({ statusCode: 400 });
	});

	it('can be switched off and on', async () => {
		const { id } = await listen();
		expect((await stripe.webhookEndpoints.update(id, { disabled: true })).status).toBe('disabled');
		await stripe.customers.create();
		await stripe.webhookEndpoints.update(id, { disabled: false, enabled_events: ['*'] });
		await stripe.customers.create();
		await idle();
		expect(receiver.received).toHaveLength(1);
	});

	describe('the event log', () => {
		it('filters by type, family, types and time', async () => {
			const { id } = await stripe.customers.create();
			await stripe.customers.update(id, { name: 'a' });
			const types = async (params: Stripe.EventListParams) =>
				(await stripe.events.list(params)).data.map(({ type }) => type);
			expect(await types({ type: 'customer.updated' })).toEqual(['customer.updated']);
			expect(await types({ type: 'customer.*' })).toEqual(['customer.updated', 'customer.created']);
			expect(await types({ types: ['customer.created', 'invoice.paid'] })).toEqual([
				'customer.created',
			]);
			const soon = Math.floor(Date.now() / 1000) + 100;
			expect(await types({ created: { gte: soon } })).toEqual([]);
			expect(await types({ types: ['customer.created'], created: { lt: soon } })).toHaveLength(1);
			await expect(types({ type: 'a', types: ['b'] })).rejects.toThrow('not both');
		});

		it('keeps events for thirty days', async () => {
			await stripe.customers.create();
			const { data } = await stripe.events.list({ type: 'customer.created' });
			await harness.control('clock', { days: 31 });
			expect((await stripe.events.list({ type: 'customer.created' })).data).toEqual([]);
			await expect(stripe.events.retrieve(data[0]?.id ?? '')).rejects.toThrow('No such event');
		});
	});
});
