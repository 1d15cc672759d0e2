import type Stripe from 'stripe';
import {
	holdEndpoint,
	isEndpointInOrder,
	knownEndpoint,
	leaveEndpoint,
	renewHold,
	type Address,
} from '../../../nodes/StripeTrialTrigger/endpoint.ts';
import { enrol, forgetLost, takeLeave } from '../../../nodes/StripeTrialTrigger/enrolment.ts';
import { sealOf } from '../../../nodes/StripeTrialTrigger/kept-endpoint.ts';
import {
	closeTestEndpoint,
	openTestEndpoint,
	testEndpoint,
} from '../../../nodes/StripeTrialTrigger/listening.ts';
import { createWorld, KEY, type TestConsumer, type World } from './harness.ts';

const OWNER = 'instance/default';
const SEAL = sealOf({ secretKey: KEY });
const OTHER_SEAL = sealOf({ secretKey: 'sk_test_rolled' });
const addressOf = (name: string, overrides: Partial<Address> = {}): Address => ({
	url: `https://n8n.example/webhook/${name}/stripe`,
	owner: OWNER,
	ownSecret: null,
	seal: SEAL,
	...overrides,
});

let world: World;
beforeEach(async () => {
	world = await createWorld();
});
afterEach(async () => await world.close());

async function endpoints(): Promise<Stripe.WebhookEndpoint[]> {
	return (await world.stripe.webhookEndpoints.list({ limit: 100 })).data;
}

const essence = ({
	url,
	status,
	enabled_events,
	metadata,
	api_version,
}: Stripe.WebhookEndpoint) => ({
	url,
	status,
	enabled_events,
	metadata,
	api_version,
});

const urls = async () => (await endpoints()).map(({ url }) => url);

/** What publishing does, in n8n's order. */
async function publish(name: string, parameters: Record<string, unknown> = {}) {
	const trigger = world.consumer(name, parameters);
	const address = addressOf(name);
	if (!(await isEndpointInOrder(trigger.consumer, address))) {
		await holdEndpoint(trigger.consumer, address);
	}
	await enrol(trigger.consumer, { stripeAccount: null, webhookUrl: address.url });
	return trigger;
}

async function unpublish({ consumer }: TestConsumer) {
	await takeLeave(consumer);
	await leaveEndpoint(consumer);
}

describe('the endpoint at Stripe', () => {
	it('is one for 12 workflows, published side by side, with the types of all', async () => {
		const names = Array.from({ length: 12 }, (_, index) => `workflow ${index}`);
		await Promise.all(
			names.map(
				async (name, index) =>
					await publish(name, {
						events: ['trial_started'],
						options: { stripeEvents: index === 7 ? 'charge.failed' : '' },
					}),
			),
		);
		const [endpoint, ...others] = await endpoints();
		expect(others).toEqual([]);
		expect(endpoint).toMatchObject({
			status: 'enabled',
			api_version: '2026-10-28.endive',
			metadata: { n8n_saas_lifecycle: OWNER },
		});
	});

	it('asks for what the others want when its holder looks after it', async () => {
		const first = await publish('first', { events: ['trial_ending'] });
		await publish('second', { events: ['checkout_abandoned'] });
		await holdEndpoint(first.consumer, addressOf('first'));
		const [endpoint] = await endpoints();
		expect(endpoint?.enabled_events).toEqual([
			'checkout.session.expired',
			'customer.subscription.trial_will_end',
			'setup_intent.succeeded',
		]);
	});

	it('stays one when a workflow is published 50 times', async () => {
		for (let time = 0; time < 50; time++) {
			const trigger = await publish('workflow');
			if (time % 2 === 0) await unpublish(trigger);
		}
		expect(await urls()).toEqual([addressOf('workflow').url]);
	});

	it('is taken over by another trigger when its holder is unpublished, with the same secret', async () => {
		const first = await publish('first');
		const second = await publish('second');
		const known = await knownEndpoint(first.consumer.store, SEAL);
		await unpublish(first);
		expect(await urls()).toEqual([addressOf('first').url]);

		expect(await renewHold(second.consumer)).toBe(true);
		await holdEndpoint(second.consumer, addressOf('second'));
		expect(await urls()).toEqual([addressOf('second').url]);
		expect(await knownEndpoint(second.consumer.store, SEAL)).toEqual(known);
	});

	it('is taken over when its holder has died', async () => {
		await publish('first');
		const second = await publish('second');
		expect(await renewHold(second.consumer)).toBe(false);
		await world.move({ seconds: 301 });
		expect(await renewHold(second.consumer)).toBe(true);
	});

	it('is removed with the last trigger, and not before', async () => {
		const triggers = [await publish('a'), await publish('b'), await publish('c')];
		for (const trigger of triggers.slice(0, 2)) {
			await unpublish(trigger);
			expect(await endpoints()).toHaveLength(1);
		}
		await unpublish(triggers[2] as TestConsumer);
		expect(await endpoints()).toEqual([]);
	});

	it('is removed though triggers that only poll stay', async () => {
		const webhook = await publish('webhook');
		const polling = world.consumer('polling', { pollingOnly: true });
		await enrol(polling.consumer, { stripeAccount: null, webhookUrl: null });
		await unpublish(webhook);
		expect(await endpoints()).toEqual([]);
	});

	it.each<[string, (id: string) => Promise<unknown>]>([
		['switched off', (id) => world.stripe.webhookEndpoints.update(id, { disabled: true })],
		[
			'given other events',
			(id) => world.stripe.webhookEndpoints.update(id, { enabled_events: ['charge.failed'] }),
		],
		[
			'given another address',
			(id) => world.stripe.webhookEndpoints.update(id, { url: 'https://example.com/' }),
		],
		['removed', (id) => world.stripe.webhookEndpoints.del(id)],
	])('is mended after somebody has %s it in the dashboard', async (_, spoil) => {
		const { consumer } = await publish('workflow');
		const before = await endpoints();
		await spoil(before[0]?.id ?? '');
		expect(await isEndpointInOrder(consumer, addressOf('workflow'))).toBe(false);
		await holdEndpoint(consumer, addressOf('workflow'));
		expect((await endpoints()).map(essence)).toEqual(before.map(essence));
	});

	it('is replaced where it has another API version or an unknown secret', async () => {
		const stray = await world.stripe.webhookEndpoints.create({
			url: addressOf('workflow').url,
			enabled_events: ['invoice.paid'],
			api_version: '2025-09-30.clover',
			metadata: { n8n_saas_lifecycle: OWNER },
		});
		const { consumer } = await publish('workflow');
		const [endpoint, ...others] = await endpoints();
		expect(others).toEqual([]);
		expect(endpoint?.id).not.toBe(stray.id);
		expect((await knownEndpoint(consumer.store, SEAL))?.id).toBe(endpoint?.id);
	});

	it('leaves the endpoints of others alone', async () => {
		for (const owner of ['', 'another instance/default']) {
			await world.stripe.webhookEndpoints.create({
				url: 'https://elsewhere.example/',
				enabled_events: ['*'],
				metadata: { n8n_saas_lifecycle: owner },
			});
		}
		await unpublish(await publish('workflow'));
		expect(await endpoints()).toHaveLength(2);
	});

	it('is not made where the operator made one by hand and gave its secret', async () => {
		const { url } = addressOf('workflow');
		await world.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
		const { consumer } = world.consumer('workflow');
		await holdEndpoint(consumer, addressOf('workflow', { ownSecret: 'whsec_by_hand' }));
		expect(await endpoints()).toHaveLength(1);
	});

	it('that was made before the one by hand is taken away', async () => {
		const { consumer } = await publish('workflow');
		const { url } = addressOf('workflow');
		const byHand = await world.stripe.webhookEndpoints.create({ url, enabled_events: ['*'] });
		await holdEndpoint(consumer, addressOf('workflow', { ownSecret: 'whsec_by_hand' }));
		expect((await endpoints()).map(({ id }) => id)).toEqual([byHand.id]);
		expect(await rowOf(consumer)).toBeNull();
	});

	it('is free again when Stripe refuses it', async () => {
		const { consumer } = world.consumer('workflow');
		const nowhere = addressOf('workflow', { url: 'nowhere' });
		await expect(holdEndpoint(consumer, nowhere)).rejects.toThrow('Invalid URL');
		await publish('other');
		expect(await urls()).toEqual([addressOf('other').url]);
	});
});

const rowOf = async ({ store }: TestConsumer['consumer']) =>
	await store.bookmarks.get('stripe-endpoint');

describe('the signing secret', () => {
	it('opens with the key of the credential, and lies in the store under it', async () => {
		const { consumer } = await publish('workflow');
		const { secret } = (await knownEndpoint(consumer.store, SEAL)) ?? {};
		expect(secret).toMatch(/^whsec_\w{20,}$/);
		const row = await rowOf(consumer);
		expect(Object.keys(JSON.parse(row ?? '') as object)).toEqual(['id', 'sealed']);
		expect(row).not.toContain('whsec_');
	});

	it('that an older version left in plain is used, and sealed at the next publication', async () => {
		const { consumer } = await publish('workflow');
		const plain = await knownEndpoint(consumer.store, SEAL);
		await consumer.store.bookmarks.set('stripe-endpoint', JSON.stringify(plain), world.now());
		expect(await knownEndpoint(consumer.store, SEAL)).toEqual(plain);

		await publish('workflow');
		expect(await rowOf(consumer)).not.toContain('whsec_');
		expect(await knownEndpoint(consumer.store, SEAL)).toEqual(plain);
	});

	it.each<[string, Partial<Address>]>([
		['of this n8n', {}],
		['of the n8n that this one took the place of', { owner: 'new instance/default' }],
	])('that does not open is replaced with its endpoint, one %s', async (_, overrides) => {
		const { consumer, logs } = await publish('workflow');
		const before = await knownEndpoint(consumer.store, SEAL);
		expect(await knownEndpoint(consumer.store, OTHER_SEAL)).toEqual({
			id: before?.id,
			secret: null,
		});

		const address = addressOf('workflow', { ...overrides, seal: OTHER_SEAL });
		expect(await isEndpointInOrder(consumer, address)).toBe(false);
		await holdEndpoint(consumer, address);
		const after = await knownEndpoint(consumer.store, OTHER_SEAL);
		expect(after).toEqual({ id: expect.any(String), secret: expect.stringMatching(/^whsec_/) });
		expect(after?.secret).not.toBe(before?.secret);
		expect((await endpoints()).map(({ id }) => id)).toEqual([after?.id]);
		expect(logs).toEqual([expect.stringContaining('a new endpoint is made')]);
		expect(await isEndpointInOrder(consumer, address)).toBe(true);
	});

	it('of an endpoint for a test in the editor lies there alike', async () => {
		const { consumer } = world.consumer('workflow');
		await openTestEndpoint(consumer, addressOf('test'));
		const known = await testEndpoint(consumer, SEAL);
		expect(known?.secret).toMatch(/^whsec_/);
		const row = await consumer.store.bookmarks.get('stripe-test-endpoint/workflow');
		expect(row).not.toContain('whsec_');

		await openTestEndpoint(consumer, addressOf('test', { seal: OTHER_SEAL }));
		const replaced = await testEndpoint(consumer, OTHER_SEAL);
		expect(replaced?.secret).toMatch(/^whsec_/);
		expect((await endpoints()).map(({ id }) => id)).toEqual([replaced?.id]);
		await closeTestEndpoint(consumer);
		expect(await endpoints()).toEqual([]);
	});
});

describe('triggers in one workspace', () => {
	it('are refused when they are of two Stripe accounts', async () => {
		const one = world.consumer('one').consumer;
		const other = world.consumer('other').consumer;
		await enrol(one, { stripeAccount: 'acct_1', webhookUrl: null });
		await expect(enrol(other, { stripeAccount: 'acct_2', webhookUrl: null })).rejects.toThrow(
			'events of another Stripe account',
		);
		await takeLeave(one);
		await enrol(other, { stripeAccount: 'acct_2', webhookUrl: null });
	});

	it('are forgotten when nobody has seen them for long', async () => {
		const { consumer: lost } = await publish('lost');
		await world.move({ days: 29 });
		const { consumer: alive } = await publish('alive');
		await forgetLost(alive);
		expect(await alive.store.inbox.consumers()).toHaveLength(2);
		await world.move({ days: 2 });
		await forgetLost(alive);
		expect(await alive.store.inbox.consumers()).toMatchObject([{ consumer: 'alive' }]);
		expect(lost.id).toBe('lost');
	});
});
