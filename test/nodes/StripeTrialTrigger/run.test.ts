import { holdEndpoint, noteUrl, type Address } from '../../../nodes/StripeTrialTrigger/endpoint.ts';
import { enrol, presentOthers } from '../../../nodes/StripeTrialTrigger/enrolment.ts';
import { run } from '../../../nodes/StripeTrialTrigger/run.ts';
import { waitFor } from '../../support/wait-for.ts';
import { ACCOUNT, createWorld, type World } from './harness.ts';

const at = (url: string): Address => ({ url, owner: 'instance/default', ownSecret: null });

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
		await holdEndpoint(consumer, at(url));
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
});
