import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StandIn } from '../../sandbox/kernel/http.ts';
import type { N8nClient } from '../../sandbox/n8n/client.ts';
import { startEquipped, type WorkflowTemplate } from '../../sandbox/n8n/equipment.ts';
import {
	createInstance,
	type CredentialImport,
	type Instance,
} from '../../sandbox/n8n/instance.ts';
import { packPackage } from '../../sandbox/n8n/package.ts';
import { ensureRuntime } from '../../sandbox/n8n/runtime.ts';
import { waitFor } from './wait-for.ts';

/** What the node with which every flow begins is called. */
export const TRIGGER = 'Trigger';

interface TriggerNode {
	readonly type: 'stripeTrialTrigger' | 'intercomMessageTrigger';
	readonly typeVersion: number;
	readonly parameters: Readonly<Record<string, unknown>>;
	/** The credential's id by its type; the id is its name, too. */
	readonly credential: readonly [type: string, id: string];
}

/** A flow that does nothing with what it is told, or takes its time over what comes out of the second output. */
export function triggerFlow(
	id: string,
	{ type, typeVersion, parameters, credential: [credentialType, credential] }: TriggerNode,
	secondTakesSeconds?: number,
): WorkflowTemplate {
	const behind =
		secondTakesSeconds === undefined
			? []
			: [
					{
						id: `${id}-first`,
						name: 'First',
						type: 'n8n-nodes-base.noOp',
						typeVersion: 1,
						position: [200, 0],
						parameters: {},
					},
					{
						id: `${id}-second`,
						name: 'Second',
						type: 'n8n-nodes-base.wait',
						typeVersion: 1.1,
						position: [200, 200],
						parameters: { amount: secondTakesSeconds, unit: 'seconds' },
						webhookId: `${id}-wait`,
					},
				];
	const workflow = {
		id,
		name: id,
		active: false,
		settings: { executionOrder: 'v1' },
		nodes: [
			{
				id: `${id}-trigger`,
				name: TRIGGER,
				type: `n8n-nodes-saas-lifecycle.${type}`,
				typeVersion,
				position: [0, 0],
				webhookId: `${id}-hook`,
				parameters,
				credentials: { [credentialType]: { id: credential, name: credential } },
			},
			...behind,
		],
		connections: {
			[TRIGGER]: { main: behind.map(({ name }) => [{ node: name, type: 'main', index: 0 }]) },
		},
	};
	return workflow;
}

interface Options<Vendor extends StandIn> {
	readonly workflows: readonly WorkflowTemplate[];
	readonly createStandIn: () => Vendor;
	/** By the stand-in's address. */
	readonly credentials: (url: string) => readonly CredentialImport[];
	/** For n8n. */
	readonly env?: Readonly<Record<string, string>>;
}

/** Flows that begin with a trigger, published in an n8n of their own beside a stand-in. One call per suite. */
export function useTriggerFlows<Vendor extends StandIn>(options: Options<Vendor>) {
	let folder: string;
	let standIn: Vendor;
	let vendorUrl: string;
	let n8n: Instance;
	let client: N8nClient;

	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), 'trigger-e2e-'));
		standIn = options.createStandIn();
		vendorUrl = await standIn.listen();
		n8n = await createInstance({
			runtime: await ensureRuntime(),
			folder: join(folder, 'n8n'),
			env: options.env ?? {},
		});
		client = await startEquipped(n8n, {
			tarball: await packPackage(join(folder, 'package')),
			credentials: options.credentials(vendorUrl),
			workflows: options.workflows,
		});
	}, 300_000);

	afterAll(async () => {
		await n8n.stop();
		await standIn.close();
		await rm(folder, { recursive: true, force: true });
	});

	/** Everything that a workflow was told, with repetitions, in the suite's words; what has no word does not count. */
	async function told<Item>(
		workflow: string,
		wordFor: (item: Item) => string | undefined,
	): Promise<string[]> {
		const executions = await client.executions(workflow);
		const runs = await Promise.all(executions.map(async ({ id }) => await client.execution(id)));
		return runs
			.flatMap((run) => run.data.resultData.runData[TRIGGER] ?? [])
			.flatMap(({ data }) => data?.['main'] ?? [])
			.flatMap((items) => items ?? [])
			.flatMap(({ json }) => wordFor(json as Item) ?? [])
			.sort();
	}

	const start = async () => {
		client = await n8n.start();
	};

	return {
		get standIn() {
			return standIn;
		},
		get vendorUrl() {
			return vendorUrl;
		},
		get n8n() {
			return n8n;
		},
		/** Another one after each start. */
		get client() {
			return client;
		},
		start,

		/** Waits until a workflow was told so much; it must be exactly this. */
		async expectTold<Item>(
			workflow: string,
			words: readonly string[],
			wordFor: (item: Item) => string | undefined,
		): Promise<void> {
			await waitFor(`${workflow} to be told ${words.join(', ')}`, async () =>
				(await told(workflow, wordFor)).length >= words.length ? true : undefined,
			).catch(() => undefined);
			expect({ [workflow]: await told(workflow, wordFor) }).toEqual({
				[workflow]: [...words].sort(),
			});
		},

		/** Kills n8n while a workflow is at work, and waits until it has been told again and is done. */
		async expectToldAgainAfterKill(workflow: string): Promise<void> {
			const withStatus = async (wanted: string) =>
				(await client.executions(workflow)).filter(({ status }) => status === wanted).length;
			await waitFor(`${workflow} to be at work`, async () =>
				(await withStatus('running')) > 0 ? true : undefined,
			);
			await n8n.kill();
			await start();
			const before = await withStatus('success');
			await waitFor(
				`${workflow} to be told again`,
				async () => ((await withStatus('success')) > before ? true : undefined),
				90_000,
			);
		},

		async unpublish(workflow: string): Promise<void> {
			await client.request('POST', `/rest/workflows/${workflow}/deactivate`, {});
		},
	};
}
