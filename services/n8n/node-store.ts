import { homedir } from 'node:os';
import path from 'node:path';
import type { IAllExecuteFunctions } from 'n8n-workflow';
import {
	openStore,
	storeLocation,
	type LifecycleStore,
	type PostgresConnection,
} from '../store/index.ts';

const CREDENTIAL = 'lifecycleStoreApi';

/**
 * The store that a node works with: the Postgres of its credential where one is chosen, else the file in
 * n8n's own folder. Throws a `Failure` that says what to do where that file would not be safe.
 */
export async function openNodeStore(
	context: Pick<IAllExecuteFunctions, 'getNode' | 'getCredentials'>,
): Promise<LifecycleStore> {
	const isChosen = context.getNode().credentials?.[CREDENTIAL] !== undefined;
	return await openStore(
		storeLocation({
			credential: isChosen
				? await context.getCredentials<PostgresConnection & object>(CREDENTIAL)
				: null,
			userFolder: n8nFolder(),
			isQueueMode: process.env['EXECUTIONS_MODE'] === 'queue',
		}),
	);
}

/** https://docs.n8n.io/hosting/configuration/environment-variables/deployment: N8N_USER_FOLDER holds `.n8n`. */
function n8nFolder(): string {
	return path.join(process.env['N8N_USER_FOLDER'] ?? homedir(), '.n8n');
}
