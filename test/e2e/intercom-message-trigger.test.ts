import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIntercomStandIn } from '../../sandbox/intercom/index.ts';
import type { StandIn } from '../../sandbox/kernel/http.ts';
import type { N8nClient } from '../../sandbox/n8n/client.ts';
import { startEquipped, type WorkflowTemplate } from '../../sandbox/n8n/equipment.ts';
import { createInstance, type Instance } from '../../sandbox/n8n/instance.ts';
import { packPackage } from '../../sandbox/n8n/package.ts';
import { ensureRuntime } from '../../sandbox/n8n/runtime.ts';
import { intercomClientSecret, intercomToken } from '../../sandbox/secrets.ts';
import { INTERCOM } from '../contract/intercom-routes.ts';
import { underContract } from '../support/contract-check.ts';
import { control, stateOf } from '../support/n8n.ts';
import { waitFor } from '../support/wait-for.ts';

const EVENTS = ['replied', 'unsubscribed'];

/** A flow that takes its time over unsubscriptions. */
function aWorkflow(id: string, waitSeconds = 0, credential = 'intercom'): WorkflowTemplate {
	const workflow = {
		id,
		name: id,
		active: false,
		settings: { executionOrder: 'v1' },
		nodes: [
			{
				id: `${id}-trigger`,
				name: 'Intercom',
				type: 'n8n-nodes-saas-lifecycle.intercomMessageTrigger',
				typeVersion: 1,
				position: [0, 0],
				webhookId: `${id}-hook`,
				parameters: { events: EVENTS, mode: 'test' },
				credentials: { intercomMessageApi: { id: credential, name: credential } },
			},
			{
				id: `${id}-replied`,
				name: 'Replied',
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
			Intercom: {
				main: [
					[{ node: 'Replied', type: 'main', index: 0 }],
					[{ node: 'Leaving', type: 'main', index: 0 }],
				],
			},
		},
	};
	return workflow;
}

interface Told {
	readonly event: string;
	readonly account: { readonly accountId: string };
}

describe('the Intercom Message Trigger in a real n8n', () => {
	let folder: string;
	let standIn: StandIn;
	let intercom: string;
	let n8n: Instance;
	let client: N8nClient;

	jest.setTimeout(180_000);

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'intercom-e2e-'));
		standIn = underContract(INTERCOM, createIntercomStandIn());
		intercom = await standIn.listen();
		n8n = await createInstance({ runtime: await ensureRuntime(), folder: join(folder, 'n8n') });
		const data = { accessToken: intercomToken, region: 'us', baseUrl: intercom };
		client = await startEquipped(n8n, {
			tarball: await packPackage(join(folder, 'package')),
			credentials: [
				{
					id: 'intercom',
					name: 'intercom',
					type: 'intercomMessageApi',
					data: { ...data, clientSecret: intercomClientSecret },
				},
				{
					id: 'incomplete',
					name: 'incomplete',
					type: 'intercomMessageApi',
					data: { ...data, clientSecret: '' },
				},
			],
			workflows: [aWorkflow('one', 5), aWorkflow('two')],
		});
		await tellIntercom(`${n8n.url}/webhook/one-hook/intercom`);
	});
	afterAll(async () => {
		await n8n.stop();
		await standIn.close();
		await rm(folder, { recursive: true, force: true });
	});

	const tellIntercom = async (url: string) =>
		await control(intercom, 'PUT', '/webhook', { url, topics: TOPICS });
	const TOPICS = ['conversation.user.created', 'contact.unsubscribed'];

	async function contact(name: string): Promise<void> {
		const reply = await fetch(`${intercom}/contacts`, {
			method: 'POST',
			headers: {
				authorization: `Bearer ${intercomToken}`,
				'intercom-version': '2.14',
				'content-type': 'application/json',
			},
			body: JSON.stringify({ role: 'user', external_id: name, email: `${name}@example.com` }),
		});
		if (!reply.ok) throw new Error(await reply.text());
	}

	const writes = async (name: string) => {
		await contact(name);
		await control(intercom, 'POST', `/contacts/${name}/reply`, { body: 'Hello' });
	};
	const leaves = async (name: string) => {
		await contact(name);
		await control(intercom, 'POST', `/contacts/${name}/unsubscribe`);
	};

	/** Everything that a workflow was told, with repetitions. */
	async function told(workflow: string, event = 'replied'): Promise<string[]> {
		const executions = await client.executions(workflow);
		const runs = await Promise.all(executions.map(async ({ id }) => await client.execution(id)));
		return runs
			.flatMap((run) => run.data.resultData.runData['Intercom'] ?? [])
			.flatMap(({ data }) => data?.['main'] ?? [])
			.flatMap((items) => items ?? [])
			.map(({ json }) => json as unknown as Told)
			.filter((item) => item.event === event)
			.map(({ account }) => account.accountId)
			.sort();
	}

	async function expectTold(workflow: string, names: readonly string[], event?: string) {
		await waitFor(`${workflow} to be told of ${names.join(', ')}`, async () =>
			(await told(workflow, event)).length >= names.length ? true : undefined,
		).catch(() => undefined);
		expect({ [workflow]: await told(workflow, event) }).toEqual({ [workflow]: names });
	}

	const tries = async () =>
		(await stateOf<{ deliveries: Array<{ tries: number[] }> }>(intercom)).deliveries.map(
			(delivery) => delivery.tries,
		);

	it('tells every workflow once, by the address of one of them', async () => {
		await control(intercom, 'PUT', '/settings', { webhookRepeats: 1, webhookForgeries: true });
		for (const name of ['ada', 'bob']) await writes(name);
		await expectTold('one', ['ada', 'bob']);
		await expectTold('two', ['ada', 'bob']);
		expect(await tries()).toEqual([[200], [200]]);
		await control(intercom, 'PUT', '/settings', { webhookRepeats: 0, webhookForgeries: false });
	});

	it('is there when the Developer Hub looks, and refuses what is not from Intercom', async () => {
		const url = `${n8n.url}/webhook/one-hook/intercom`;
		expect((await fetch(url, { method: 'HEAD' })).status).toBe(200);
		const forged = { method: 'POST', body: '{"id":"x","topic":"contact.unsubscribed"}' };
		expect((await fetch(url, forged)).status).toBe(401);
	});

	it('tells again what was under way when n8n was killed', async () => {
		await leaves('cyd');
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
		await expectTold('two', ['cyd'], 'unsubscribed');
	});

	it('tells what it had answered with 200 a moment before the kill', async () => {
		await writes('dan');
		await waitFor('the answer', async () =>
			(await tries()).flat().length === 4 ? true : undefined,
		);
		await n8n.kill();
		client = await n8n.start();
		await expectTold('two', ['ada', 'bob', 'dan']);
	});

	it('goes on where it stopped when it is published again', async () => {
		await client.request('POST', '/rest/workflows/two/deactivate', {});
		await writes('eve');
		await expectTold('one', ['ada', 'bob', 'dan', 'eve']);
		await client.publish('two');
		await expectTold('two', ['ada', 'bob', 'dan', 'eve']);
	});

	it('listens for a test event in the editor, beside the published flow', async () => {
		const known = new Set((await client.executions('one')).map(({ id }) => id));
		await client.request('POST', '/rest/workflows/one/run', {
			triggerToStartFrom: { name: 'Intercom' },
		});
		const testUrl = `${n8n.url}/webhook-test/one-hook/intercom`;
		expect((await fetch(testUrl, { method: 'HEAD' })).status).toBe(200);
		await tellIntercom(testUrl);
		await writes('fay');
		const run = await waitFor('the test run', async () =>
			(await client.executions('one')).find(
				({ id, status }) => !known.has(id) && status === 'success',
			),
		);
		expect(run.mode).toBe('manual');
		await tellIntercom(`${n8n.url}/webhook/one-hook/intercom`);
		await writes('gus');
		await expectTold('two', ['ada', 'bob', 'dan', 'eve', 'gus']);
	});

	it('cannot be published without a client secret, and says what to do', async () => {
		await n8n.stop();
		await n8n.importWorkflows([aWorkflow('three', 0, 'incomplete')]);
		client = await n8n.start();
		await expect(client.publish('three')).rejects.toThrow(/no client secret/);
	});
});
