import path from 'node:path';
import type { IHttpRequestOptions } from 'n8n-workflow';
import { AccessProvisioningApi } from '../../../credentials/AccessProvisioningApi.credentials.ts';
import { AccessProvisioning } from '../../../nodes/AccessProvisioning/AccessProvisioning.node.ts';
import { createAcmeStandIn } from '../../../sandbox/acme/index.ts';
import type { StandIn, StandInRequest } from '../../../sandbox/kernel/http.ts';
import { acmeSigningSecret, acmeToken } from '../../../sandbox/secrets.ts';
import { openStore, storeLocation, type StorePartition } from '../../../services/store/index.ts';
import { executeNode, type ItemParams } from '../../support/execute-node.ts';
import { useTemporaryUserFolder } from '../../support/user-folder.ts';

interface Options {
	readonly continueOnFail?: boolean;
	readonly signingSecret?: string;
}

export interface ProductUnderTest {
	readonly standIn: () => StandIn;
	readonly baseUrl: () => string;
	/** Runs the node over these items and gives its rows. */
	run(items: ItemParams[], options?: Options): Promise<Array<Record<string, unknown>>>;
	behave(behaviour: Record<string, unknown>): Promise<void>;
	/** The writes that reached the product, oldest first. */
	writes(): readonly StandInRequest[];
	/** What the node wrote down in test mode. */
	ledger(): Promise<StorePartition>;
}

/** A product and an empty store for every test of a suite. */
export function useProduct(): ProductUnderTest {
	useTemporaryUserFolder();
	let standIn: StandIn;
	let baseUrl: string;
	let writes: StandInRequest[];

	beforeEach(async () => {
		standIn = createAcmeStandIn({ readyAfterMs: 0 });
		baseUrl = await standIn.listen();
		writes = [];
		standIn.observe(({ request }) => {
			if (request.method !== 'GET') writes.push(request);
		});
	});

	afterEach(async () => {
		// A fault that struck nothing means that the test did not test it.
		expect(standIn.faults.pending()).toEqual([]);
		await standIn.close();
	});

	return {
		standIn: () => standIn,
		baseUrl: () => baseUrl,
		writes: () => writes,
		async run(items, { continueOnFail = false, signingSecret = acmeSigningSecret } = {}) {
			const credential = { baseUrl, token: acmeToken, signingSecret };
			const rows = await executeNode(new AccessProvisioning(), {
				items,
				credential,
				authenticate: async (request: IHttpRequestOptions) =>
					await new AccessProvisioningApi().authenticate(credential, request),
				continueOnFail,
			});
			return rows.map(({ json }) => json);
		},
		async behave(behaviour) {
			const body = JSON.stringify(behaviour);
			await fetch(`${baseUrl}/_control/behaviour`, { method: 'PUT', body });
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

export const provision = (accountId: string, more: ItemParams = {}): ItemParams => ({
	resource: 'access',
	operation: 'provision',
	accountId,
	email: 'ada@example.com',
	waitUntilReady: true,
	waitSeconds: 5,
	additionalFields: {},
	metadata: {},
	mode: 'test',
	...more,
});

export const access = (
	operation: string,
	accountId: string,
	more: ItemParams = {},
): ItemParams => ({ resource: 'access', operation, accountId, mode: 'test', ...more });

export const get = (accountId: string): ItemParams => access('get', accountId);
