import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { LIFECYCLE_EVENTS } from '../../lifecycle/events/index.ts';
import type { N8nClient } from '../../sandbox/n8n/client.ts';
import { startEquipped, type WorkflowTemplate } from '../../sandbox/n8n/equipment.ts';
import { createInstance, type Instance } from '../../sandbox/n8n/instance.ts';
import { packPackage } from '../../sandbox/n8n/package.ts';
import { ensureRuntime } from '../../sandbox/n8n/runtime.ts';
import { stripeSecretKey } from '../../sandbox/secrets.ts';
import { createStripeStandIn, type StripeStandIn } from '../../sandbox/stripe/index.ts';
import { STRIPE } from '../contract/stripe-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { waitFor } from '../support/wait-for.ts';

const DAY_MS = 86_400_000;
const POLLING = { pollingOnly: true, options: { pullMinutes: 0.05 } };
const TWELVE = Array.from({ length: 12 }, (_, index) => `flow-${index + 1}`);

/** A flow that does nothing with what it is told. */
function aWorkflow(id: string, parameters: object = {}): WorkflowTemplate {
	const workflow = {
		id,
		name: id,
		active: false,
		settings: { executionOrder: 'v1' },
		nodes: [
			{
				id: `${id}-trigger`,
				name: 'Trial',
				type: 'n8n-nodes-saas-lifecycle.stripeTrialTrigger',
				typeVersion: 1.1,
				position: [0, 0],
				webhookId: `${id}-hook`,
				parameters: { events: LIFECYCLE_EVENTS, ...parameters },
				credentials: { stripeTrialApi: { id: 'stripe', name: 'Stripe' } },
			},
		],
		connections: {},
	};
	return workflow;
}

describe('many Stripe Trial Triggers, and a long absence', () => {
	/** Both n8n and Stripe live so long in the past. */
	let behindMs = 2 * DAY_MS;
	let folder: string;
	let standIn: StripeStandIn;
	let stripeUrl: string;
	let n8n: Instance;
	let client: N8nClient;

	jest.setTimeout(300_000);

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'triggers-e2e-'));
		standIn = underContract(
			STRIPE,
			createStripeStandIn({
				now: () => Date.now() - behindMs,
				settings: { searchLagSeconds: 0, rateLimits: false },
			}),
		);
		stripeUrl = await standIn.listen();
		await setClock();
		n8n = await createInstance({
			runtime: await ensureRuntime(),
			folder: join(folder, 'n8n'),
			env: {
				NODE_OPTIONS: `--require ${resolve('test/support/clock-behind.cjs')}`,
				CLOCK_BEHIND_FILE: clockFile(),
			},
		});
		client = await startEquipped(n8n, {
			tarball: await packPackage(join(folder, 'package')),
			credentials: [
				{
					id: 'stripe',
					name: 'Stripe',
					type: 'stripeTrialApi',
					data: { secretKey: stripeSecretKey, baseUrl: stripeUrl, requestsPerSecond: 100 },
				},
			],
			workflows: [...TWELVE.map((id) => aWorkflow(id)), aWorkflow('poll', POLLING)],
		});
	});
	afterAll(async () => {
		await n8n.stop();
		await standIn.close();
		await rm(folder, { recursive: true, force: true });
	});

	const clockFile = () => join(folder, 'clock-behind');
	const setClock = async () => await writeFile(clockFile(), String(behindMs));

	async function stripe<Answer>(
		method: string,
		path: string,
		params: Record<string, string> = {},
	): Promise<Answer> {
		const reply = await fetch(`${stripeUrl}/v1/${path}`, {
			method,
			headers: { authorization: `Bearer ${stripeSecretKey}` },
			...(method === 'GET' ? {} : { body: new URLSearchParams(params) }),
		});
		if (!reply.ok) throw new Error(await reply.text());
		return (await reply.json()) as Answer;
	}

	async function startTrial(name: string, days = 14) {
		const { id: customer } = await stripe<{ id: string }>('POST', 'customers', {
			email: `${name}@example.com`,
		});
		const { id } = await stripe<{ id: string }>('POST', 'subscriptions', {
			customer,
			'items[0][price]': 'price_boards_pro_monthly',
			trial_period_days: String(days),
			'trial_settings[end_behavior][missing_payment_method]': 'pause',
		});
		return { customer, subscription: id };
	}

	/** The workflow that each endpoint at Stripe belongs to. */
	const holders = async () =>
		(await stripe<{ data: Array<{ url: string }> }>('GET', 'webhook_endpoints')).data.map(
			({ url }) => new URL(url).pathname.split('/')[2]?.replace(/-hook$/, '') ?? '',
		);

	/** Everything that a workflow was told, with repetitions. */
	async function told(workflow: string): Promise<string[]> {
		const executions = await client.executions(workflow);
		const runs = await Promise.all(executions.map(async ({ id }) => await client.execution(id)));
		return runs
			.flatMap((run) => run.data.resultData.runData['Trial'] ?? [])
			.flatMap(({ data }) => data?.['main']?.flat() ?? [])
			.flatMap((item) => item ?? [])
			.map(({ json }) => json as { event: string; account: { email: string } })
			.map(({ event, account }) => `${account.email.split('@')[0]}: ${event}`)
			.sort();
	}

	async function expectTold(workflows: readonly string[], expected: readonly string[]) {
		for (const workflow of workflows) {
			await waitFor(`${workflow} to be told`, async () =>
				(await told(workflow)).length >= expected.length ? true : undefined,
			).catch(() => undefined);
			expect({ [workflow]: await told(workflow) }).toEqual({ [workflow]: [...expected].sort() });
		}
	}

	const unpublish = async (workflow: string) =>
		await client.request('POST', `/rest/workflows/${workflow}/deactivate`, {});

	const AT_FIRST = ['ada: trial_started', 'bob: trial_started'];
	const IN_TWO_DAYS = [
		'ada: cancellation_scheduled',
		'cyd: trial_started',
		'cyd: payment_method_added',
		'cyd: trial_converted',
		'dan: trial_started',
		'dan: trial_lapsed',
	];

	it('share one endpoint, and each is told of each event once', async () => {
		expect(await holders()).toHaveLength(1);
		await startTrial('ada');
		await startTrial('bob');
		await expectTold([...TWELVE, 'poll'], AT_FIRST);
	});

	it('tell after two days of absence what happened in them, once each', async () => {
		await n8n.stop();
		const { data } = await stripe<{ data: Array<{ id: string }> }>('GET', 'subscriptions');
		await stripe('POST', `subscriptions/${data.at(-1)?.id}`, { cancel_at_period_end: 'true' });
		const { customer } = await startTrial('cyd', 1);
		standIn.giveCard(customer, 'good');
		await startTrial('dan', 1);
		for (; behindMs > 0; behindMs -= DAY_MS / 4) standIn.account.catchUp();
		standIn.account.catchUp();
		await setClock();
		client = await n8n.start();
		await expectTold([...TWELVE, 'poll'], [...AT_FIRST, ...IN_TWO_DAYS]);
		expect(await holders()).toHaveLength(1);
	});

	it('lose nothing when the one with the endpoint is unpublished', async () => {
		const [holder = ''] = await holders();
		await unpublish(holder);
		await startTrial('eve');
		const others = TWELVE.filter((workflow) => workflow !== holder);
		await expectTold(others, [...AT_FIRST, ...IN_TWO_DAYS, 'eve: trial_started']);
		const [next = ''] = await waitFor('another to hold the endpoint', async () => {
			const now = await holders();
			return now.length === 1 && now[0] !== holder ? now : undefined;
		});
		expect(others).toContain(next);
		await client.publish(holder);
	});

	it('leave one endpoint when one of them is published 50 times', async () => {
		for (let time = 0; time < 50; time++) {
			await unpublish('flow-1');
			await client.publish('flow-1');
		}
		expect(await holders()).toHaveLength(1);
		await startTrial('fay');
		const all = [...AT_FIRST, ...IN_TWO_DAYS, 'eve: trial_started', 'fay: trial_started'];
		await expectTold([...TWELVE, 'poll'], all);
	});

	it('take the endpoint away with the last of them', async () => {
		for (const workflow of TWELVE.slice(1)) await unpublish(workflow);
		await waitFor('the last to hold the endpoint', async () =>
			(await holders()).join() === 'flow-1' ? true : undefined,
		);
		await unpublish('flow-1');
		await waitFor('no endpoint', async () => ((await holders()).length === 0 ? true : undefined));
	});
});
