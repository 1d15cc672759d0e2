import path from 'node:path';
import { IntercomMessage } from '../../../nodes/IntercomMessage/IntercomMessage.node.ts';
import { createIntercomStandIn } from '../../../sandbox/intercom/index.ts';
import type { StandIn } from '../../../sandbox/kernel/http.ts';
import { intercomToken } from '../../../sandbox/secrets.ts';
import { openStore, storeLocation, type StorePartition } from '../../../services/store/index.ts';
import { INTERCOM } from '../../contract/intercom-routes.ts';
import { underContract } from '../../support/contract-check.ts';
import { executeNode, type ItemParams } from '../../support/execute-node.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';

export const DORA = '394051';
export const SUPPORT = '394052';
export const FIND = 'GET /contacts/find_by_external_id/:externalId';

export interface IntercomOfSuite {
	readonly standIn: () => StandIn;
	readonly baseUrl: () => string;
	/** Runs the node over these items and gives its rows. */
	run(
		items: ItemParams[],
		options?: { continueOnFail?: boolean; token?: string },
	): Promise<Array<Record<string, unknown>>>;
	/** What no caller of the API can do: be the people. */
	control(method: string, path: string, body?: unknown): Promise<unknown>;
	/** A request as any other client of the API would send it. */
	call<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
	messagesTo(who: string): Promise<unknown[]>;
	/** What the node wrote down in test mode. */
	ledger(): Promise<StorePartition>;
}

/** An Intercom under contract and an empty store for every test of a suite. */
export function useIntercom(): IntercomOfSuite {
	useTemporaryUserFolder();
	let standIn: StandIn;
	let baseUrl: string;

	beforeEach(async () => {
		standIn = underContract(INTERCOM, createIntercomStandIn());
		baseUrl = await standIn.listen();
	});

	afterEach(async () => {
		// A fault that struck nothing means that the test did not test it.
		expect(standIn.faults.pending()).toEqual([]);
		await standIn.close();
	});

	async function send<Answer>(method: string, url: string, body?: unknown): Promise<Answer> {
		const reply = await fetch(url, {
			method,
			headers: {
				authorization: `Bearer ${intercomToken}`,
				'intercom-version': '2.14',
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		if (!reply.ok) throw new Error(`${method} ${url}: ${await reply.text()}`);
		return (await reply.json()) as Answer;
	}

	const control: IntercomOfSuite['control'] = async (method, route, body) =>
		await send(method, `${baseUrl}/_control/${route}`, body);

	return {
		standIn: () => standIn,
		baseUrl: () => baseUrl,
		async run(items, options = {}) {
			const rows = await executeNode(new IntercomMessage(), {
				items,
				credential: { region: 'us', baseUrl },
				headers: { authorization: `Bearer ${options.token ?? intercomToken}` },
				continueOnFail: options.continueOnFail ?? false,
			});
			return rows.map(({ json }) => json);
		},
		control,
		call: async (method, route, body) => await send(method, `${baseUrl}${route}`, body),
		async messagesTo(who) {
			await control('PUT', 'settings', { messageableAfterMs: 0 });
			return (await control('GET', `contacts/${who}/messages`)) as unknown[];
		},
		async ledger() {
			const userFolder = path.join(String(process.env['N8N_USER_FOLDER']), '.n8n');
			const store = await openStore(
				storeLocation({ credential: null, userFolder, isQueueMode: false }),
			);
			return store.partition({ mode: 'test', workspace: 'default' });
		},
	};
}

export const contact = (accountId: string, more: ItemParams = {}): ItemParams => ({
	resource: 'contact',
	operation: 'createOrUpdate',
	accountId,
	email: `${accountId}@example.com`,
	additionalFields: {},
	trialAttributes: {},
	customAttributes: {},
	mode: 'test',
	...more,
});

export const message = (to: string, more: ItemParams = {}): ItemParams => ({
	resource: 'message',
	operation: 'send',
	to,
	adminId: teammate(DORA),
	channel: 'email',
	subject: 'Welcome',
	body: 'Hello',
	category: 'marketing',
	options: {},
	...more,
});

/** One chosen from the list, as n8n stores it. */
export const teammate = (id: string) => ({ __rl: true, mode: 'list', value: id });
