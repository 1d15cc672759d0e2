/**
 * A batch of 500 new customers on one node, each request taking Stripe 100 ms. Where Stripe allows 100 requests
 * per second, ours must bring in customers at 8 times the rate of n8n's own Stripe node, in the same n8n; where it
 * allows 25 per endpoint, at 95 % of that. Ours looks for each customer before it creates it, n8n's own node does
 * not. `npm run bench -- batch`; `PEOPLE=50` makes it quicker.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { NodeRun } from '../sandbox/n8n/client.ts';
import { stripeSecretKey } from '../sandbox/secrets.ts';
import { startRig, type Rig } from './built-in-rig.ts';
import { inOwnNetwork, type OwnNetwork } from './own-network.ts';

const PEOPLE = Number(process.env['PEOPLE'] ?? 500);
const API_MS = 100;
const WANTED_TIMES = 8;
const WANTED_SHARE = 0.95;
/** Rarely: each question costs n8n a read of the execution, and the batch waits meanwhile. */
const POLL_MS = 1_000;
const QUIET_MS = 2_000;
const NODE = 'Customers';

/** What Stripe allows, and our credential is told. */
const ALLOWED = {
	100: { requestsPerSecond: 100, requestsPerEndpoint: 100 },
	/** Stripe's defaults for a live key. https://docs.stripe.com/rate-limits */
	25: { requestsPerSecond: 100, requestsPerEndpoint: 25 },
} as const;

type Allowed = keyof typeof ALLOWED;
type Node = 'built-in' | 'ours';

interface Batch {
	readonly node: Node;
	readonly allowed: Allowed;
	readonly seconds: number;
	readonly requests: number;
	readonly refused: number;
}

await inOwnNetwork(measure);

async function measure(network: OwnNetwork | null): Promise<void> {
	const rig = await startRig({
		network,
		workflows: [workflow('built-in', 100), workflow('ours', 100), workflow('ours', 25)],
		credentials: [
			credentialOfOurs(100),
			credentialOfOurs(25),
			{ id: 'built-in', name: 'Stripe', type: 'stripeApi', data: { secretKey: stripeSecretKey } },
		],
	});
	try {
		rig.stripe.faults.add({
			route: '*',
			kind: 'slow',
			delayMs: API_MS,
			moment: 'after',
			times: Number.POSITIVE_INFINITY,
		});
		report([
			...(rig.hasBuiltIns ? [await runBatch(rig, 'built-in', 100)] : []),
			await runBatch(rig, 'ours', 100),
			await runBatch(rig, 'ours', 25),
		]);
	} finally {
		await rig.close();
	}
}

async function runBatch(rig: Rig, node: Node, allowed: Allowed): Promise<Batch> {
	const { client, stripe } = rig;
	// What came last still counts for a second, under the limits that hold now.
	await delay(QUIET_MS);
	Object.assign(stripe.settings, ALLOWED[allowed]);
	let requests = 0;
	let refused = 0;
	const unobserve = stripe.observe(({ reply }) => {
		requests += 1;
		if (reply.status === 429) refused += 1;
	});
	const id = await client.runWorkflow(idOf(node, allowed), 'Start');
	const seconds = await secondsOf(rig, id);
	unobserve();
	const [run] = (await client.execution(id)).data.resultData.runData[NODE] ?? [];
	requireEverybody(rig, node, allowed, run);
	return { node, allowed, seconds, requests, refused };
}

/** Of the whole execution, from its start to its end. */
async function secondsOf({ client }: Rig, id: string): Promise<number> {
	for (;;) {
		const { data } = await client.request<{
			data: { status: string; startedAt: string; stoppedAt: string };
		}>('GET', `/rest/executions/${id}`);
		const { status, startedAt, stoppedAt } = data;
		if (status === 'success') return (Date.parse(stoppedAt) - Date.parse(startedAt)) / 1000;
		if (!['new', 'running'].includes(status)) throw new Error(`The execution ended with ${status}`);
		await delay(POLL_MS);
	}
}

/** Each person is one customer in Stripe, and one row of the node. */
function requireEverybody({ stripe }: Rig, node: Node, allowed: Allowed, run?: NodeRun): void {
	const mine = peopleOf(node, allowed).map(({ email }) => email);
	const wanted = new Set<string | null>(mine);
	const made = [...stripe.account.customers.newestFirst()]
		.map(({ email }) => email)
		.filter((email) => wanted.has(email));
	const told = (run?.data?.['main']?.[0] ?? []).map(({ json }) => json['email']);
	const isComplete =
		made.length === mine.length &&
		new Set(made).size === mine.length &&
		told.join() === mine.join();
	if (isComplete) return;
	throw new Error(`${node}: ${mine.length} people, ${made.length} customers, ${told.length} rows`);
}

function peopleOf(node: Node, allowed: Allowed) {
	return Array.from({ length: PEOPLE }, (_, index) => ({
		name: `Person ${index}`,
		email: `person-${index}@${node}-${allowed}.example.com`,
	}));
}

function idOf(node: Node, allowed: Allowed): string {
	return `${node}-${allowed}`;
}

function credentialOfOurs(allowed: Allowed) {
	return {
		id: idOf('ours', allowed),
		name: `Stripe, ${allowed}`,
		type: 'stripeTrialApi',
		data: { secretKey: stripeSecretKey, ...ALLOWED[allowed] },
	};
}

function workflow(node: Node, allowed: Allowed) {
	const id = idOf(node, allowed);
	const steps = [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
		{
			name: 'People',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			parameters: {
				mode: 'raw',
				jsonOutput: JSON.stringify({ people: peopleOf(node, allowed) }),
				options: {},
			},
		},
		{
			name: 'One by One',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'people', options: {} },
		},
		node === 'ours' ? ours(id) : builtIn(),
	];
	return {
		id,
		name: id,
		active: false,
		settings: { executionOrder: 'v1' },
		nodes: steps.map((step, index) => ({
			id: `${id}-${index}`,
			position: [index * 220, 0],
			...step,
		})),
		connections: Object.fromEntries(
			steps
				.slice(1)
				.map(({ name }, index) => [
					steps[index]?.name,
					{ main: [[{ node: name, type: 'main', index: 0 }]] },
				]),
		),
	};
}

function ours(credential: string) {
	return {
		name: NODE,
		type: 'n8n-nodes-saas-lifecycle.stripeTrial',
		typeVersion: 1,
		parameters: {
			resource: 'customer',
			operation: 'createOrUpdate',
			email: '={{ $json.email }}',
			additionalFields: { name: '={{ $json.name }}' },
		},
		credentials: { stripeTrialApi: { id: credential, name: 'Stripe' } },
	};
}

function builtIn() {
	return {
		name: NODE,
		type: 'n8n-nodes-base.stripe',
		typeVersion: 1,
		parameters: {
			resource: 'customer',
			operation: 'create',
			name: '={{ $json.name }}',
			additionalFields: { email: '={{ $json.email }}' },
		},
		credentials: { stripeApi: { id: 'built-in', name: 'Stripe' } },
	};
}

function report(batches: readonly Batch[]): void {
	const rateOf = (node: Node, allowed: Allowed) => {
		const batch = batches.find((one) => one.node === node && one.allowed === allowed);
		return batch ? PEOPLE / batch.seconds : 0;
	};
	const baseline = rateOf('built-in', 100);
	console.table(
		batches.map(({ node, allowed, seconds, requests, refused }) => ({
			node: node === 'ours' ? 'ours, create or update' : "n8n's Stripe node, create",
			'allowed per second': allowed,
			customers: PEOPLE,
			seconds: rounded(seconds),
			'customers per second': rounded(PEOPLE / seconds),
			'times the built-in': baseline > 0 ? rounded(PEOPLE / seconds / baseline) : 'not measured',
			'requests per customer': rounded(requests / PEOPLE),
			'refused (429)': refused,
		})),
	);
	const figure = rateOf('ours', 100);
	const ratio = baseline > 0 ? figure / baseline : null;
	const share = rateOf('ours', 25) / 25;
	const within25 = { figure: rounded(rateOf('ours', 25)), baseline: 25, ratio: rounded(share) };
	const isQuick = ratio === null ? null : ratio >= WANTED_TIMES;
	const holds = share < WANTED_SHARE ? false : isQuick;
	console.log(
		JSON.stringify({
			figure: rounded(figure),
			baseline: rounded(baseline),
			ratio: ratio && rounded(ratio),
			holds,
			within25: { ...within25, holds: share >= WANTED_SHARE },
		}),
	);
	process.exitCode = holds === false ? 1 : 0;
}

function rounded(value: number): number {
	return Number(value.toFixed(2));
}
