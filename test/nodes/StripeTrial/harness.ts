import type { INodeType } from 'n8n-workflow';
import { StripeTrial } from '../../../nodes/StripeTrial/StripeTrial.node.ts';
import type { Exchange } from '../../../sandbox/kernel/http.ts';
import { stripeSecretKey } from '../../../sandbox/secrets.ts';
import {
	createStripeStandIn,
	type CardKind,
	type StripeStandIn,
} from '../../../sandbox/stripe/index.ts';
import { openNodeStore } from '../../../services/n8n/node-store.ts';
import type { StorePartition } from '../../../services/store/index.ts';
import { STRIPE } from '../../contract/stripe-routes.ts';
import { underContract } from '../../support/contract-check.ts';
import { createContext, executeNode, type ItemParams } from '../../support/execute-node.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';

export const PRO_MONTHLY = 'price_boards_pro_monthly';
export const PRO_YEARLY = 'price_boards_pro_yearly';
export const TEAM_MONTHLY = 'price_boards_team_monthly';
export const TEAM_YEARLY = 'price_boards_team_yearly';
export const DAY_MS = 86_400_000;

export type Json = Record<string, unknown>;

interface RunOptions {
	readonly continueOnFail?: boolean;
	readonly key?: string;
	/** Of another n8n: `anotherProcess`. */
	readonly node?: INodeType | undefined;
}

/** The node as another n8n with the same store has it: with a memory of its own. One at a time. */
export async function anotherProcess(): Promise<INodeType> {
	let node: INodeType | undefined;
	await jest.isolateModulesAsync(async () => {
		const loaded = await import('../../../nodes/StripeTrial/StripeTrial.node.ts');
		node = new loaded.StripeTrial();
	});
	if (!node) throw new Error('The node was not loaded');
	return node;
}

/** The node over the real SDK against a stand-in of its own per test, under contract. One call per suite. */
export function useStripe() {
	useTemporaryUserFolder();
	let standIn: StripeStandIn;
	let baseUrl: string;
	let calls: Exchange[];

	beforeEach(async () => {
		standIn = underContract(
			STRIPE,
			createStripeStandIn({ settings: { searchLagSeconds: 0, rateLimits: false } }),
		);
		baseUrl = await standIn.listen();
		calls = [];
		standIn.observe((exchange) => void calls.push(exchange));
	});

	afterEach(async () => {
		// A fault that struck nothing means that the test did not test it.
		expect(standIn.faults.pending()).toEqual([]);
		await standIn.close();
	});

	async function run(
		items: readonly ItemParams[],
		{ continueOnFail = false, key = stripeSecretKey, node = new StripeTrial() }: RunOptions = {},
	): Promise<Json[]> {
		const rows = await executeNode(node, {
			items,
			// The stand-in has no limits here, so the budget need not wait for any.
			credential: { baseUrl, secretKey: key, requestsPerSecond: 5000, requestsPerEndpoint: 5000 },
			headers: { authorization: `Bearer ${key}` },
			continueOnFail,
		});
		return rows.map(({ json }) => json);
	}

	/** The one row of one item. */
	async function runOne(item: ItemParams, options?: RunOptions): Promise<Json> {
		const [row] = await run([item], options);
		if (!row) throw new Error('The item gave no row');
		return row;
	}

	/** Asks the stand-in as another program would. */
	async function stripe(method: string, path: string, body?: Record<string, string>) {
		const reply = await fetch(`${baseUrl}/v1/${path}`, {
			method,
			headers: { authorization: `Bearer ${stripeSecretKey}` },
			...(body ? { body: new URLSearchParams(body) } : {}),
		});
		if (!reply.ok) throw new Error(`${method} ${path}: ${await reply.text()}`);
		return (await reply.json()) as Json & { data: Json[] };
	}

	async function control(path: string, body: object = {}) {
		const reply = await fetch(`${baseUrl}/_control/${path}`, {
			method: 'POST',
			body: JSON.stringify(body),
		});
		if (!reply.ok) throw new Error(`${path}: ${await reply.text()}`);
	}

	return {
		run,
		runOne,
		stripe,
		get url() {
			return baseUrl;
		},
		get standIn() {
			return standIn;
		},
		/** The requests since the last `forgetCalls`, as route names. */
		routes: () => calls.map(({ route }) => route),
		/** The parameters sent to one route. */
		callsOf: (route: string): Array<Record<string, string>> =>
			calls
				.filter((call) => call.route === route)
				.map(({ request: { query, rawBody } }) =>
					Object.fromEntries([...query, ...new URLSearchParams(rawBody)]),
				),
		forgetCalls: () => void (calls = []),
		countOf: async (path: string) => (await stripe('GET', path)).data.length,
		giveCard: async (customer: unknown, kind: CardKind = 'good') =>
			await control('cards', { customer, kind }),
		/** Moves the time in which a customer lives; those without a test clock share the sandbox's. */
		passDays: async (customer: unknown, days: number) => await control('clock', { customer, days }),
		newClock: async () => {
			const frozenTime = String(Math.floor(Date.now() / 1000));
			return (await stripe('POST', 'test_helpers/test_clocks', { frozen_time: frozenTime }))['id'];
		},
		/** What the timeline tells, oldest first, as kinds and what is known of them. */
		timelineOf: async (accountId: unknown, kind?: string) => {
			const { timeline } = (await openNodeStore(createContext({ items: [] }))).partition({
				workspace: 'default',
				mode: 'test',
			});
			const { entries } = await timeline.list({ accountId: String(accountId), limit: 50 });
			return entries.filter((entry) => !kind || entry.kind === kind).toReversed();
		},
		/** What the nodes have written down. */
		store: async (): Promise<StorePartition> =>
			(await openNodeStore(createContext({ items: [] }))).partition({
				workspace: 'default',
				mode: 'test',
			}),
	};
}

/** An item that starts a trial of 14 days without a card. */
export function startTrial(email: string, more: ItemParams = {}): ItemParams {
	return {
		resource: 'trial',
		operation: 'start',
		email,
		accountId: '',
		priceId: byId(PRO_MONTHLY),
		lengthBy: 'days',
		trialDays: 14,
		withoutPaymentMethod: 'pause',
		additionalFields: {},
		metadata: {},
		...more,
	};
}

/** A resource locator with a typed-in value, as the panel stores it. */
export function byId(value: unknown) {
	return { __rl: true, mode: 'id', value };
}

export function hinting(text: string) {
	return expect.stringContaining(text) as string;
}
