import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
	ICredentialDataDecryptedObject,
	IHookFunctions,
	INodeType,
	ITriggerFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';
import type { Consumer } from '../../../nodes/IntercomMessageTrigger/consumer.ts';
import { IntercomMessageTrigger } from '../../../nodes/IntercomMessageTrigger/IntercomMessageTrigger.node.ts';
import { connect } from '../../../nodes/IntercomMessageTrigger/n8n.ts';
import { readerOf } from '../../../nodes/IntercomMessageTrigger/reader.ts';
import { enrol } from '../../../nodes/IntercomMessageTrigger/run.ts';
import { intercomClientSecret, intercomToken } from '../../../sandbox/secrets.ts';
import {
	drainInbox,
	type DrainOptions,
	type Outcome,
	type Outputs,
} from '../../../services/n8n/inbox/drain.ts';
import { createContext } from '../../support/execute-node.ts';
import { waitFor } from '../../support/wait-for.ts';
import { useIntercom, type IntercomOfSuite } from '../IntercomMessage/harness.ts';

export type Parameters = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, unknown>>;

export const EVENTS = ['replied', 'unsubscribed', 'resubscribed', 'bounced', 'spam_reported'];

/** A published trigger, with everything that its flow was given. */
export interface TestTrigger {
	readonly consumer: Consumer;
	/** One entry for each execution. */
	readonly executions: Outputs[];
	readonly reports: string[];
	items(): Item[];
	/** What happened, in the order told, as `replied acct_1`. */
	told(): string[];
	drain(emit?: () => Promise<Outcome>): Promise<number>;
}

export interface TriggersOfSuite extends IntercomOfSuite {
	/** As n8n would start it. */
	published(parameters?: Parameters, id?: string): Promise<TestTrigger>;
	/** Waits until Intercom has got rid of everything that it has to tell. */
	delivered(count: number): Promise<readonly Delivery[]>;
	/** A request to the trigger's address; signed unless a signature is given. */
	post(body: string, signature?: string | null): Promise<{ status: number; message: string }>;
	head(): Promise<number>;
	/** What the node's methods are called with. */
	context(parameters: Parameters, more?: object): IWebhookFunctions & IHookFunctions;
	/** The credential that everything works with; what is given changes it. */
	setCredential(changes: ICredentialDataDecryptedObject): void;
}

export interface Delivery {
	readonly id: string;
	readonly topic: string;
	readonly item: unknown;
	readonly state: string;
	readonly tries: readonly number[];
}

const alive: DrainOptions['whileAlive'] = async (work) => await work();
const NODE: INodeType = new IntercomMessageTrigger();

export const sign = (body: string, secret = intercomClientSecret) =>
	`sha1=${createHmac('sha1', secret).update(body).digest('hex')}`;

/** An Intercom that delivers to the trigger's webhook, and an empty store, for every test of a suite. */
export function useTriggers(): TriggersOfSuite {
	const intercom = useIntercom();
	let server: Server;
	let address: string;
	let credential: ICredentialDataDecryptedObject;

	beforeEach(async () => {
		credential = {
			region: 'us',
			baseUrl: intercom.baseUrl(),
			clientSecret: intercomClientSecret,
		};
		server = createServer((request, response) => {
			const chunks: Buffer[] = [];
			request.on('data', (chunk: Buffer) => chunks.push(chunk));
			request.on('end', () => {
				const { method, headers } = request;
				const webhook = {
					getWebhookName: () => (method === 'HEAD' ? 'setup' : 'default'),
					getRequestObject: () => ({ rawBody: Buffer.concat(chunks) }),
					getHeaderData: () => headers,
					getResponseObject: () => ({
						status: (status: number) => ({
							json: (body: object) => response.writeHead(status).end(JSON.stringify(body)),
						}),
					}),
				};
				void NODE.webhook?.call(context({ events: EVENTS, mode: 'test' }, webhook));
			});
		});
		await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
		address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook/intercom`;
		await intercom.control('PUT', 'webhook', { url: address });
	});
	afterEach(async () => {
		await new Promise((resolve) => server.close(resolve));
	});

	function context(parameters: Parameters, more: object = {}) {
		return {
			...createContext({
				items: [],
				headers: { authorization: `Bearer ${intercomToken}` },
			}),
			getCredentials: async () => credential,
			getNodeParameter: (name: string, fallback?: unknown) => parameters[name] ?? fallback,
			getWorkflow: () => ({ id: 'workflow' }),
			getMode: () => 'trigger',
			getActivationMode: () => 'activate',
			getNodeWebhookUrl: () => 'http://127.0.0.1/webhook/intercom',
			logger: { warn: () => {}, error: () => {} },
			...more,
		} as unknown as IWebhookFunctions & IHookFunctions;
	}

	async function published(
		parameters: Parameters = {},
		id = 'workflow/trigger',
	): Promise<TestTrigger> {
		const executions: Outputs[] = [];
		const reports: string[] = [];
		const source = context({ events: EVENTS, mode: 'test', ...parameters });
		const { consumer: own } = await connect(
			source as unknown as ITriggerFunctions,
			(failure) => void reports.push(failure.message),
		);
		const consumer = { ...own, id };
		await enrol(consumer);
		const items = () => executions.flatMap((outputs) => outputs.flat().map(({ json }) => json));
		return {
			consumer,
			executions,
			reports,
			items,
			told: () =>
				items().map(({ event, account, stale }) =>
					[event, (account as { accountId: string }).accountId, stale ? 'stale' : '']
						.filter(Boolean)
						.join(' '),
				),
			drain: async (emit = async () => ({ kind: 'done' })) =>
				await drainInbox(readerOf(consumer), {
					emit: async (outputs) => {
						executions.push(outputs);
						return await emit();
					},
					whileAlive: alive,
				}),
		};
	}

	return {
		...intercom,
		published,
		context,
		setCredential: (changes) => void (credential = { ...credential, ...changes }),
		async delivered(count) {
			return await waitFor(`${count} deliveries`, async () => {
				const { deliveries } = (await intercom.control('GET', 'state')) as {
					deliveries: Delivery[];
				};
				const settled = deliveries.filter(({ state }) => state !== 'pending');
				return settled.length >= count && settled.length === deliveries.length
					? deliveries
					: undefined;
			});
		},
		async post(body, signature = sign(body)) {
			const reply = await fetch(address, {
				method: 'POST',
				body,
				headers: {
					'content-type': 'application/json',
					...(signature === null ? {} : { 'x-hub-signature': signature }),
				},
			});
			const { message } = (await reply.json()) as { message: string };
			return { status: reply.status, message };
		},
		head: async () => (await fetch(address, { method: 'HEAD' })).status,
	};
}
