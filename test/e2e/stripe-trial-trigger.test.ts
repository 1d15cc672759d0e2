import { STRIPE } from '../contract/stripe-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { N8nClient } from '../../sandbox/n8n/client.ts';
import { startEquipped, type WorkflowTemplate } from '../../sandbox/n8n/equipment.ts';
import { createInstance, type Instance } from '../../sandbox/n8n/instance.ts';
import { packPackage } from '../../sandbox/n8n/package.ts';
import { ensureRuntime } from '../../sandbox/n8n/runtime.ts';
import { stripeSecretKey } from '../../sandbox/secrets.ts';
import { signatureHeader } from '../../sandbox/stripe/events/signature.ts';
import { createStripeStandIn, type StripeStandIn } from '../../sandbox/stripe/index.ts';
import { waitFor } from '../support/wait-for.ts';

const EVENTS = ['trial_started', 'cancellation_scheduled'];

/** A flow that reacts to each chosen event, the second one after a while. */
function aWorkflow(id: string, parameters: object = {}, waitSeconds = 0): WorkflowTemplate {
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
				typeVersion: 1,
				position: [0, 0],
				webhookId: `${id}-hook`,
				parameters: { events: EVENTS, ...parameters },
				credentials: { stripeTrialApi: { id: 'stripe', name: 'Stripe' } },
			},
			{
				id: `${id}-started`,
				name: 'Started',
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [200, 0],
				parameters: {},
			},
			{
				id: `${id}-wait`,
				name: 'Leaving',
				type: 'n8n-nodes-base.wait',
				typeVersion: 1.1,
				position: [200, 200],
				parameters: { amount: waitSeconds, unit: 'seconds' },
				webhookId: `${id}-wait`,
			},
		],
		connections: {
			Trial: {
				main: [
					[{ node: 'Started', type: 'main', index: 0 }],
					[{ node: 'Leaving', type: 'main', index: 0 }],
				],
			},
		},
	};
	return workflow;
}

const POLLING = { pollingOnly: true, options: { pullMinutes: 0.05 } };
const WORKFLOWS = [aWorkflow('one', {}, 5), aWorkflow('two'), aWorkflow('poll', POLLING)];

interface Told {
	readonly event: string;
	readonly stale: boolean;
	readonly account: { readonly email: string };
}

describe('the Stripe Trial Trigger in a real n8n', () => {
	let folder: string;
	let standIn: StripeStandIn;
	let stripeUrl: string;
	let n8n: Instance;
	let client: N8nClient;

	jest.setTimeout(180_000);

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'trigger-e2e-'));
		standIn = underContract(STRIPE, createStripeStandIn({ settings: { searchLagSeconds: 0 } }));
		stripeUrl = await standIn.listen();
		n8n = await createInstance({ runtime: await ensureRuntime(), folder: join(folder, 'n8n') });
		client = await startEquipped(n8n, {
			tarball: await packPackage(join(folder, 'package')),
			credentials: [
				{
					id: 'stripe',
					name: 'Stripe',
					type: 'stripeTrialApi',
					data: { secretKey: stripeSecretKey, baseUrl: stripeUrl },
				},
			],
			workflows: WORKFLOWS,
		});
	});
	afterAll(async () => {
		await n8n.stop();
		await standIn.close();
		await rm(folder, { recursive: true, force: true });
	});

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

	async function startTrial(name: string): Promise<string> {
		const { id: customer } = await stripe<{ id: string }>('POST', 'customers', {
			email: `${name}@example.com`,
		});
		const { id } = await stripe<{ id: string }>('POST', 'subscriptions', {
			customer,
			'items[0][price]': 'price_boards_pro_monthly',
			trial_period_days: '14',
		});
		return id;
	}

	const startTrials = async (...names: string[]) =>
		await Promise.all(names.map(async (name) => await startTrial(name)));

	const endpoints = async () =>
		(await stripe<{ data: Array<{ url: string }> }>('GET', 'webhook_endpoints')).data.map(
			({ url }) => new URL(url).pathname,
		);

	/** Everything that a workflow was told, with repetitions. */
	async function told(workflow: string, event = 'trial_started'): Promise<string[]> {
		const executions = await client.executions(workflow);
		const runs = await Promise.all(executions.map(async ({ id }) => await client.execution(id)));
		return runs
			.flatMap((run) => run.data.resultData.runData['Trial'] ?? [])
			.flatMap(({ data }) => data?.['main'] ?? [])
			.flatMap((items) => items ?? [])
			.map(({ json }) => json as unknown as Told)
			.filter((item) => item.event === event)
			.map(({ account }) => account.email.split('@')[0] ?? '')
			.sort();
	}

	async function expectTold(workflow: string, names: readonly string[], event?: string) {
		const expected = [...names].sort();
		await waitFor(`${workflow} to be told of ${names.join(', ')}`, async () =>
			(await told(workflow, event)).length >= expected.length ? true : undefined,
		).catch(() => undefined);
		expect({ [workflow]: await told(workflow, event) }).toEqual({ [workflow]: expected });
	}

	const unpublish = async (workflow: string) =>
		await client.request('POST', `/rest/workflows/${workflow}/deactivate`, {});

	const FIRST = ['ada', 'bob', 'cyd', 'dan', 'eve'];
	const SECOND = ['fay', 'gus', 'hal'];

	it('has one endpoint for all', async () => {
		expect(await endpoints()).toHaveLength(1);
	});

	it('tells each workflow of each event once', async () => {
		await startTrials(...FIRST);
		for (const workflow of ['one', 'two', 'poll']) await expectTold(workflow, FIRST);
	});

	it('refuses what is not from Stripe, and what is of the other mode', async () => {
		const url = `${n8n.url}${(await endpoints())[0]}`;
		const { secret } = [...standIn.account.webhookEndpoints.newestFirst()][0]?.hidden ?? {};
		const [template] = standIn.account.events.table.newestFirst();
		const post = async (event: object, secrets: readonly string[], age = 0) => {
			const body = JSON.stringify(event);
			const signature = signatureHeader(body, secrets, Math.floor(Date.now() / 1000) - age);
			const reply = await fetch(url, {
				method: 'POST',
				body,
				headers: { 'content-type': 'application/json', 'stripe-signature': signature },
			});
			return [reply.status, ((await reply.json()) as { message: string }).message];
		};
		expect(await post({ ...template, id: 'evt_x' }, ['whsec_forged'])).toEqual([
			401,
			expect.stringContaining('No signature matches'),
		]);
		expect(await post({ ...template, id: 'evt_x' }, [secret ?? ''], 400)).toEqual([
			401,
			expect.any(String),
		]);
		expect(await post({ ...template, id: 'evt_x', livemode: true }, [secret ?? ''])).toEqual([
			400,
			'A live event on a flow with a test key',
		]);
		expect(await post({ ...template }, [secret ?? ''])).toEqual([200, expect.any(String)]);
		expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(400);
	});

	it('tells after a stop what happened meanwhile, and nothing again', async () => {
		await n8n.stop();
		await startTrials(...SECOND);
		client = await n8n.start();
		for (const workflow of ['one', 'two', 'poll']) {
			await expectTold(workflow, [...FIRST, ...SECOND]);
		}
		expect(await endpoints()).toHaveLength(1);
	});

	it('tells again what was under way when n8n was killed', async () => {
		const subscription = await startTrial('ivy');
		await expectTold('one', [...FIRST, ...SECOND, 'ivy']);
		await stripe('POST', `subscriptions/${subscription}`, { cancel_at_period_end: 'true' });
		await waitFor('the flow to be at work', async () =>
			(await client.executions('one')).find(({ status }) => status === 'running'),
		);
		await n8n.kill();
		client = await n8n.start();
		const isDone = async () =>
			(await client.executions('one')).filter(({ status }) => status === 'success').length;
		const before = await isDone();
		await waitFor(
			'the flow to be told again',
			async () => ((await isDone()) > before ? true : undefined),
			90_000,
		);
		await expectTold('two', ['ivy'], 'cancellation_scheduled');
	});

	it('hands the endpoint on when its workflow is unpublished, and removes it with the last', async () => {
		const holder = (await endpoints())[0]?.includes('one') ? 'one' : 'two';
		const other = holder === 'one' ? 'two' : 'one';
		await unpublish(holder);
		await startTrial('joe');
		await expectTold(other, [...FIRST, ...SECOND, 'ivy', 'joe']);
		await waitFor('the other to hold the endpoint', async () =>
			(await endpoints())[0]?.includes(other) ? true : undefined,
		);
		await unpublish(other);
		await waitFor('no endpoint', async () => ((await endpoints()).length === 0 ? true : undefined));
		await startTrial('kim');
		await expectTold('poll', [...FIRST, ...SECOND, 'ivy', 'joe', 'kim']);
	});

	it('goes on where it stopped when it is published again', async () => {
		await client.publish('two');
		await expectTold('two', [...FIRST, ...SECOND, 'ivy', 'joe', 'kim']);
		for (let time = 0; time < 3; time++) {
			await unpublish('two');
			await client.publish('two');
		}
		expect(await endpoints()).toHaveLength(1);
	});

	it('shows the newest example in the editor where there is nothing to listen at', async () => {
		const id = await client.runWorkflow('poll', 'Trial');
		const execution = await waitFor('the example', async () => {
			const run = await client.execution(id);
			return run.status === 'running' || run.status === 'new' ? undefined : run;
		});
		expect(execution.status).toBe('success');
		const [outputs] = execution.data.resultData.runData['Trial'] ?? [];
		expect(outputs?.data?.['main']?.flat()).toHaveLength(1);
	});

	it('listens for a test event in the editor, beside the published flow', async () => {
		const known = new Set((await client.executions('two')).map(({ id }) => id));
		await client.request('POST', '/rest/workflows/two/run', {
			triggerToStartFrom: { name: 'Trial' },
		});
		expect(await endpoints()).toEqual([
			expect.stringContaining('/webhook-test/'),
			expect.stringContaining('/webhook/'),
		]);
		await startTrial('lea');
		const runs = await waitFor('both executions', async () => {
			const news = (await client.executions('two')).filter(({ id }) => !known.has(id));
			return news.length === 2 && news.every(({ status }) => status === 'success')
				? news
				: undefined;
		});
		expect(runs.map(({ mode }) => mode).sort()).toEqual(['manual', 'trigger']);
		await waitFor('the test endpoint to go', async () =>
			(await endpoints()).length === 1 ? true : undefined,
		);
	});
});
