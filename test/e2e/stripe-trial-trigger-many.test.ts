import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LIFECYCLE_EVENTS } from '../../lifecycle/events/index.ts';
import { stripeSecretKey } from '../../sandbox/secrets.ts';
import { createStripeStandIn } from '../../sandbox/stripe/index.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { askStripe, startTrialAt } from '../support/stripe.ts';
import { triggerFlow, useTriggerFlows } from '../support/trigger-flows.ts';
import { waitFor } from '../support/wait-for.ts';

const DAY_MS = 86_400_000;
const POLLING = { pollingOnly: true, options: { pullMinutes: 0.05 } };
const TWELVE = Array.from({ length: 12 }, (_, index) => `flow-${index + 1}`);
const CLOCK_FILE = join(tmpdir(), `clock-behind-${process.pid}`);

const aWorkflow = (id: string, parameters: Readonly<Record<string, unknown>> = {}) =>
	triggerFlow(id, {
		type: 'stripeTrialTrigger',
		typeVersion: 1.1,
		parameters: { events: LIFECYCLE_EVENTS, ...parameters },
		credential: ['stripeTrialApi', 'stripe'],
	});

interface Told {
	readonly event: string;
	readonly account: { readonly email: string };
}

describe('many Stripe Trial Triggers, and a long absence', () => {
	/** Both n8n and Stripe live so long in the past. */
	let behindMs = 2 * DAY_MS;

	jest.setTimeout(300_000);

	const setClock = async () => await writeFile(CLOCK_FILE, String(behindMs));

	beforeAll(setClock);
	const flows = useTriggerFlows({
		workflows: [...TWELVE.map((id) => aWorkflow(id)), aWorkflow('poll', POLLING)],
		createStandIn: () =>
			underContract(
				STRIPE,
				createStripeStandIn({
					now: () => Date.now() - behindMs,
					settings: { searchLagSeconds: 0, rateLimits: false },
				}),
			),
		credentials: (baseUrl) => [
			{
				id: 'stripe',
				name: 'stripe',
				type: 'stripeTrialApi',
				data: { secretKey: stripeSecretKey, baseUrl, requestsPerSecond: 100 },
			},
		],
		env: {
			NODE_OPTIONS: `--require ${resolve('test/support/clock-behind.cjs')}`,
			CLOCK_BEHIND_FILE: CLOCK_FILE,
		},
	});
	afterAll(async () => await rm(CLOCK_FILE));

	const startTrial = async (name: string, days = '14') =>
		await startTrialAt(
			flows.vendorUrl,
			{ email: `${name}@example.com` },
			{
				trial_period_days: days,
				'trial_settings[end_behavior][missing_payment_method]': 'pause',
			},
		);

	/** The workflow that each endpoint at Stripe belongs to. */
	const holders = async () =>
		(
			await askStripe<{ data: Array<{ url: string }> }>(flows.vendorUrl, 'GET', 'webhook_endpoints')
		).data.map(({ url }) => new URL(url).pathname.split('/')[2]?.replace(/-hook$/, '') ?? '');

	async function expectTold(workflows: readonly string[], expected: readonly string[]) {
		for (const workflow of workflows) {
			await flows.expectTold<Told>(
				workflow,
				expected,
				({ event, account }) => `${account.email.split('@')[0]}: ${event}`,
			);
		}
	}

	const AT_FIRST = ['ada: trial_started', 'bob: trial_started'];
	const IN_TWO_DAYS = [
		'ada: cancellation_scheduled',
		'cyd: trial_started',
		'cyd: payment_method_added',
		'cyd: trial_converted',
		'dan: trial_started',
		'dan: trial_lapsed',
	];

	it('share one endpoint and what is read of each account, and each is told of each event once', async () => {
		expect(await holders()).toHaveLength(1);
		const asked: Array<string | null> = [];
		const stop = flows.standIn.observe(({ route }) => void asked.push(route));
		await startTrial('ada');
		await startTrial('bob');
		await expectTold([...TWELVE, 'poll'], AT_FIRST);
		stop();
		// One for each person, and another where a trigger was so quick that a later event of theirs was not in yet.
		const readings = asked.filter((route) => route === 'GET /v1/subscriptions');
		expect(readings.length).toBeLessThan(TWELVE.length);
	});

	it('tell after two days of absence what happened in them, once each', async () => {
		await flows.n8n.stop();
		const { data } = await askStripe<{ data: Array<{ id: string }> }>(
			flows.vendorUrl,
			'GET',
			'subscriptions',
		);
		await askStripe(flows.vendorUrl, 'POST', `subscriptions/${data.at(-1)?.id}`, {
			cancel_at_period_end: 'true',
		});
		const { customer } = await startTrial('cyd', '1');
		flows.standIn.giveCard(customer, 'good');
		await startTrial('dan', '1');
		for (; behindMs > 0; behindMs -= DAY_MS / 4) flows.standIn.account.catchUp();
		flows.standIn.account.catchUp();
		await setClock();
		await flows.start();
		await expectTold([...TWELVE, 'poll'], [...AT_FIRST, ...IN_TWO_DAYS]);
		expect(await holders()).toHaveLength(1);
	});

	it('lose nothing when the one with the endpoint is unpublished', async () => {
		const [holder = ''] = await holders();
		await flows.unpublish(holder);
		await startTrial('eve');
		const others = TWELVE.filter((workflow) => workflow !== holder);
		await expectTold(others, [...AT_FIRST, ...IN_TWO_DAYS, 'eve: trial_started']);
		const [next = ''] = await waitFor('another to hold the endpoint', async () => {
			const now = await holders();
			return now.length === 1 && now[0] !== holder ? now : undefined;
		});
		expect(others).toContain(next);
		await flows.client.publish(holder);
	});

	it('leave one endpoint when one of them is published 50 times', async () => {
		for (let time = 0; time < 50; time++) {
			await flows.unpublish('flow-1');
			await flows.client.publish('flow-1');
		}
		expect(await holders()).toHaveLength(1);
		await startTrial('fay');
		const all = [...AT_FIRST, ...IN_TWO_DAYS, 'eve: trial_started', 'fay: trial_started'];
		await expectTold([...TWELVE, 'poll'], all);
	});

	it('take the endpoint away with the last of them', async () => {
		for (const workflow of TWELVE.slice(1)) await flows.unpublish(workflow);
		await waitFor('the last to hold the endpoint', async () =>
			(await holders()).join() === 'flow-1' ? true : undefined,
		);
		await flows.unpublish('flow-1');
		await waitFor('no endpoint', async () => ((await holders()).length === 0 ? true : undefined));
	});
});
