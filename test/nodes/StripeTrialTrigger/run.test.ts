import {
	holdEndpoint,
	knownEndpoint,
	noteUrl,
	type Address,
} from '../../../nodes/StripeTrialTrigger/endpoint.ts';
import { enrol, presentOthers } from '../../../nodes/StripeTrialTrigger/enrolment.ts';
import { sealOf } from '../../../nodes/StripeTrialTrigger/kept-endpoint.ts';
import { run } from '../../../nodes/StripeTrialTrigger/run.ts';
import { waitFor } from '../../support/wait-for.ts';
import { ACCOUNT, createWorld, KEY, type World } from './harness.ts';

const addressWith =
	(secretKey: () => string) =>
	async (url: string): Promise<Address> => ({
		url,
		owner: 'instance/default',
		ownSecret: null,
		seal: sealOf({ secretKey: secretKey() }),
	});
const at = addressWith(() => KEY);

describe('a trigger at work', () => {
	let world: World;
	beforeEach(async () => void (world = await createWorld()));
	afterEach(async () => await world.close());

	it('looks after the endpoint although n8n started it before it told its address', async () => {
		const { consumer } = world.consumer('first', { events: ['trial_ending'] });
		const url = 'https://n8n.example/webhook/first/stripe';
		await enrol(consumer, ACCOUNT);
		const running = run(consumer, {
			emit: async () => ({ kind: 'done' }),
			address: {
				at,
				announce: async (webhookUrl) => await enrol(consumer, { ...ACCOUNT, webhookUrl }),
			},
			onDeadCredential: () => {},
			maintainEveryMs: 10,
		});
		await holdEndpoint(consumer, await at(url));
		await noteUrl(consumer, url);
		const second = world.consumer('second', { events: ['checkout_abandoned'] });
		await enrol(second.consumer, ACCOUNT);
		await waitFor('the endpoint to ask for what the other wants', async () => {
			const [endpoint] = (await world.stripe.webhookEndpoints.list()).data;
			return endpoint?.enabled_events.includes('checkout.session.expired') || undefined;
		}).finally(() => running.stop());
		expect(await presentOthers(second.consumer)).toEqual([
			expect.objectContaining({ webhookUrl: url }),
		]);
	});

	it('makes a new endpoint when the key in the credential is a new one, and loses nothing meanwhile', async () => {
		const trigger = world.consumer('workflow', { events: ['trial_started'] });
		const { consumer } = trigger;
		const url = 'https://n8n.example/webhook/workflow/stripe';
		await enrol(consumer, { ...ACCOUNT, webhookUrl: url });
		await holdEndpoint(consumer, await at(url));
		await noteUrl(consumer, url);
		const before = await knownEndpoint(consumer.store, sealOf({ secretKey: KEY }));
		let key = KEY;
		let looks = 0;
		const current = addressWith(() => {
			looks += 1;
			return key;
		});
		const running = run(consumer, {
			emit: async (outputs) => {
				trigger.executions.push(outputs);
				return { kind: 'done' };
			},
			address: { at: current, announce: async () => {} },
			onDeadCredential: () => {},
			maintainEveryMs: 10,
			lookEveryMs: 10,
		});
		const newSeal = sealOf({ secretKey: 'sk_test_rolled' });
		try {
			await waitFor('the trigger to look after its endpoint', async () => looks > 0 || undefined);
			key = 'sk_test_rolled';
			expect(await knownEndpoint(consumer.store, newSeal)).toEqual({
				id: before?.id,
				secret: null,
			});
			await world.start('ada@example.com');
			await world.move({ seconds: 61 });
			const known = await waitFor('a secret that the new key opens', async () => {
				const now = await knownEndpoint(consumer.store, newSeal);
				return now?.secret ? now : undefined;
			});
			const { data } = await world.stripe.webhookEndpoints.list();
			expect(data.map(({ id }) => id)).toEqual([known.id]);
			expect(known.id).not.toBe(before?.id);
			await waitFor('the trial to be told', async () => trigger.told().length > 0 || undefined);
		} finally {
			running.stop();
		}
		expect(trigger.told()).toEqual(['trial_started ada@example.com']);
		expect(trigger.logs).toEqual([expect.stringContaining('a new endpoint is made')]);
	});
});
