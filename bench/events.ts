/**
 * A burst of at least 2,000 Stripe events must be absorbed, that is, every execution that it causes has ended, at 20
 * times the rate of n8n's own Stripe Trigger by pull and at 1.5 times by webhook, in the same n8n. Both are given
 * everything that Stripe tells of some trials, each event once. Ours verifies, removes repetitions and reads each
 * account again, within the requests that Stripe allows a live account by default. `npm run bench -- events`
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LIFECYCLE_EVENTS } from '../lifecycle/events/index.ts';
import type { ExecutionSummary } from '../sandbox/n8n/client.ts';
import { stripeSecretKey } from '../sandbox/secrets.ts';
import { openStore, type LifecycleStore } from '../services/store/index.ts';
import { startRig, type Rig } from './built-in-rig.ts';
import { inOwnNetwork, type OwnNetwork } from './own-network.ts';
import { liveTrials, TYPES_OF_A_LIFE } from './trial-lives.ts';

/** 23 events each. */
const PEOPLE = { pull: 230, webhook: 93, 'built-in': 15 } as const;
/** Webhooks come in turns, so that whatever else the machine does slows both alike. */
const ROUNDS = 3;
const WANTED = { pull: 20, webhook: 1.5 } as const;
/** https://docs.stripe.com/rate-limits, with a live key. */
const ALLOWED = { requestsPerSecond: 100, requestsPerEndpoint: 25 };
const POLL_MS = 250;
const RETRY_SECONDS = [5, 10, 20, 40, 80];
const PATIENCE_MS = 900_000;
const PULL_EVERY_MS = 60_000;
const TRIGGER = 'Stripe';

type Way = 'built-in' | keyof typeof WANTED;

interface Absorbed {
	readonly way: Way;
	readonly events: number;
	readonly seconds: number;
	readonly executions: number;
	/** What was asked of Stripe meanwhile. */
	readonly requests: number;
	readonly refused: number;
}

await inOwnNetwork(measure);

async function measure(network: OwnNetwork | null): Promise<void> {
	const rig = await startRig({
		network,
		workflows: [
			ours('pull', { pollingOnly: true }),
			ours('webhook', { options: { pullMinutes: 60 } }),
			...(network ? [builtIn()] : []),
		],
		credentials: [
			{
				id: 'ours',
				name: 'Stripe',
				type: 'stripeTrialApi',
				data: { secretKey: stripeSecretKey, ...ALLOWED },
			},
			{ id: 'built-in', name: 'Stripe', type: 'stripeApi', data: { secretKey: stripeSecretKey } },
		],
		// A delivery that a slow machine lets time out comes again soon, not after ten minutes.
		stripe: { ...ALLOWED, rateLimits: false, webhookRetrySeconds: RETRY_SECONDS },
	});
	const file = join(rig.n8n.folder, '.n8n', 'saas-lifecycle.sqlite');
	const store = await openStore({ kind: 'sqlite', file });
	try {
		const pull = await byPull(rig, store);
		const webhook: Absorbed[] = [];
		const builtIn: Absorbed[] = [];
		for (let round = 0; round < ROUNDS; round++) {
			const before = sum(webhook, 'events');
			webhook.push(
				await byWebhook(rig, 'webhook', async (count) => {
					await untilDone(store, 'webhook', before + count);
				}),
			);
			if (!rig.hasBuiltIns) continue;
			const ended = sum(builtIn, 'events');
			builtIn.push(
				await byWebhook(rig, 'built-in', async (count) => {
					await untilEnded(rig, 'built-in', ended + count);
				}),
			);
		}
		report([builtIn, [pull], webhook].flatMap((rounds) => together(rounds) ?? []));
	} finally {
		await store.close();
		await rig.close();
	}
}

/** The burst comes while nobody listens; the clock starts when the workflow is published. */
async function byPull(rig: Rig, store: LifecycleStore): Promise<Absorbed> {
	await rig.client.publish('pull');
	await unpublish(rig, 'pull');
	const enrolledAt = Date.now();
	const ids = await burst(rig, PEOPLE.pull);
	await delay(Math.max(0, enrolledAt + PULL_EVERY_MS - Date.now()));
	return await absorb(rig, 'pull', ids, Date.now(), async () => {
		await rig.client.publish('pull');
		await untilDone(store, 'pull', ids.size);
	});
}

/** The clock starts with the first event. */
async function byWebhook(
	rig: Rig,
	way: 'webhook' | 'built-in',
	isAbsorbed: (count: number) => Promise<void>,
): Promise<Absorbed> {
	await rig.client.publish(way);
	const startedAt = Date.now();
	const ids = await burst(rig, PEOPLE[way] / ROUNDS);
	return await absorb(rig, way, ids, startedAt, async () => {
		await isAbsorbed(ids.size);
		await rig.stripe.deliveriesDone();
	});
}

async function burst({ stripe, stripeUrl }: Rig, people: number): Promise<ReadonlySet<string>> {
	stripe.settings.rateLimits = false;
	const ids = await liveTrials(stripe, stripeUrl, people);
	stripe.settings.rateLimits = true;
	return ids;
}

async function absorb(
	rig: Rig,
	way: Way,
	ids: ReadonlySet<string>,
	startedAt: number,
	work: () => Promise<void>,
): Promise<Absorbed> {
	let requests = 0;
	let refused = 0;
	const unobserve = rig.stripe.observe(({ reply }) => {
		requests += 1;
		if (reply.status === 429) refused += 1;
	});
	await work();
	unobserve();
	const all = await executionsOf(rig, way);
	const executions = all.filter((one) => Date.parse(one.startedAt ?? '') >= startedAt);
	await unpublish(rig, way);
	const endedAt = Math.max(...executions.map(({ stoppedAt }) => Date.parse(stoppedAt ?? '')));
	requireOnceEach(ids, await toldIn(rig, way, executions), way);
	const seconds = (endedAt - startedAt) / 1000;
	return { way, events: ids.size, seconds, executions: executions.length, requests, refused };
}

async function untilDone(store: LifecycleStore, way: Way, count: number): Promise<void> {
	const { inbox } = store.partition({ workspace: 'default', mode: 'test' });
	const deadline = Date.now() + PATIENCE_MS;
	for (;;) {
		const counts = await inbox.counts(consumerOf(way));
		if (counts.done >= count) return;
		if (Date.now() > deadline) throw new Error(`${way}: stuck at ${JSON.stringify(counts)}`);
		await delay(POLL_MS);
	}
}

async function untilEnded({ client }: Rig, way: Way, count: number): Promise<void> {
	const ended = { workflowId: way, status: ['success', 'error', 'crashed'] };
	const filter = encodeURIComponent(JSON.stringify(ended));
	const path = `/rest/executions?limit=1&filter=${filter}`;
	const deadline = Date.now() + PATIENCE_MS;
	for (;;) {
		// Under load n8n now and then says that its database is not ready.
		const answer = await client
			.request<{ data: { count: number } }>('GET', path)
			.catch((error: unknown) => {
				if (Date.now() > deadline) throw error;
			});
		if (answer && answer.data.count >= count) return;
		if (Date.now() > deadline) throw new Error(`${way}: stuck`);
		await delay(POLL_MS);
	}
}

async function executionsOf({ client }: Rig, way: Way): Promise<ExecutionSummary[]> {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: way }));
	const all: ExecutionSummary[] = [];
	for (;;) {
		const last = all.at(-1);
		const { data } = await client.request<{ data: { results: ExecutionSummary[] } }>(
			'GET',
			`/rest/executions?limit=100&filter=${filter}${last ? `&lastId=${last.id}` : ''}`,
		);
		if (data.results.length === 0) return all;
		all.push(...data.results);
	}
}

/** The ids of all Stripe events that the executions were given. */
async function toldIn(
	{ client }: Rig,
	way: Way,
	executions: readonly ExecutionSummary[],
): Promise<string[]> {
	const told: string[] = [];
	for (const { id, status } of executions) {
		if (status !== 'success') throw new Error(`Execution ${id} of ${way} ended with ${status}`);
		const [run] = (await client.execution(id)).data.resultData.runData[TRIGGER] ?? [];
		const items = run?.data?.['main']?.at(way === 'built-in' ? 0 : LIFECYCLE_EVENTS.length);
		told.push(...(items ?? []).map(({ json }) => String(json['id'])));
	}
	return told;
}

/** The built-in trigger repeats what is delivered twice. */
function requireOnceEach(ids: ReadonlySet<string>, told: readonly string[], way: Way): void {
	const missing = ids.size - new Set(told.filter((id) => ids.has(id))).size;
	if (missing === 0 && (way === 'built-in' || told.length === ids.size)) return;
	throw new Error(`${way}: ${ids.size} events, ${told.length} told, ${missing} never`);
}

async function unpublish({ client }: Rig, way: Way): Promise<void> {
	await client.request('POST', `/rest/workflows/${way}/deactivate`, {});
}

function consumerOf(way: Way): string {
	return `${way}/${way}-trigger`;
}

function ours(way: Way, parameters: object) {
	const { options = {}, ...rest } = parameters as { readonly options?: object };
	return workflow(way, LIFECYCLE_EVENTS.length, {
		type: 'n8n-nodes-saas-lifecycle.stripeTrialTrigger',
		typeVersion: 1.1,
		parameters: {
			...rest,
			events: LIFECYCLE_EVENTS,
			// Each event of the burst appears in an execution, so that both kinds can be held against it.
			options: { ...options, stripeEvents: TYPES_OF_A_LIFE.join() },
		},
		credentials: { stripeTrialApi: { id: 'ours', name: 'Stripe' } },
	});
}

function builtIn() {
	return workflow('built-in', 0, {
		type: 'n8n-nodes-base.stripeTrigger',
		typeVersion: 1,
		parameters: { events: TYPES_OF_A_LIFE },
		credentials: { stripeApi: { id: 'built-in', name: 'Stripe' } },
	});
}

function workflow(id: Way, output: number, trigger: object) {
	const connections = Array.from({ length: output + 1 }, (_, index) =>
		index === output ? [{ node: 'Absorbed', type: 'main', index: 0 }] : [],
	);
	return {
		id,
		name: id,
		active: false,
		settings: { executionOrder: 'v1' },
		nodes: [
			{
				id: `${id}-trigger`,
				name: TRIGGER,
				position: [0, 0],
				webhookId: `${id}-hook`,
				...trigger,
			},
			{
				id: `${id}-end`,
				name: 'Absorbed',
				type: 'n8n-nodes-base.noOp',
				typeVersion: 1,
				position: [220, 0],
				parameters: {},
			},
		],
		connections: { [TRIGGER]: { main: connections } },
	};
}

function together(rounds: readonly Absorbed[]): Absorbed | undefined {
	const [first] = rounds;
	return (
		first && {
			way: first.way,
			events: sum(rounds, 'events'),
			seconds: sum(rounds, 'seconds'),
			executions: sum(rounds, 'executions'),
			requests: sum(rounds, 'requests'),
			refused: sum(rounds, 'refused'),
		}
	);
}

function sum(rounds: readonly Absorbed[], key: Exclude<keyof Absorbed, 'way'>): number {
	return rounds.reduce((total, round) => total + round[key], 0);
}

function report(ways: readonly Absorbed[]): void {
	const rateOf = (way: Way) => {
		const found = ways.find((one) => one.way === way);
		return found ? found.events / found.seconds : 0;
	};
	const baseline = rateOf('built-in');
	console.table(
		ways.map(({ way, events, seconds, executions, requests, refused }) => ({
			way: way === 'built-in' ? "n8n's Stripe Trigger" : `ours by ${way}`,
			events,
			'seconds to the last end': rounded(seconds),
			executions,
			'events per second': rounded(events / seconds),
			'times the built-in': baseline > 0 ? rounded(events / seconds / baseline) : 'not measured',
			'requests to Stripe': requests,
			'refused (429)': refused,
		})),
	);
	const verdict = (way: keyof typeof WANTED) => {
		const ratio = baseline > 0 ? rateOf(way) / baseline : null;
		const holds = ratio === null ? null : ratio >= WANTED[way];
		return { figure: rounded(rateOf(way)), baseline: rounded(baseline), ratio, holds };
	};
	const [pull, webhook] = [verdict('pull'), verdict('webhook')];
	const holds = baseline > 0 ? pull.holds === true && webhook.holds === true : null;
	console.log(JSON.stringify({ ...pull, holds, pull, webhook }));
	process.exitCode = holds === false ? 1 : 0;
}

function rounded(value: number): number {
	return Number(value.toFixed(1));
}
