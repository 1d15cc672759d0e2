import { readFile } from 'node:fs/promises';
import { createClient, type Execution, type N8nClient } from '../../sandbox/n8n/client.ts';
import type { StandInUrls } from '../../sandbox/n8n/credentials.ts';
import { waitFor } from './wait-for.ts';

/** What the global set-up of the e2e project tells the suites. */
export interface SharedN8n {
	readonly url: string;
	readonly cookie: string;
	/** Its N8N_USER_FOLDER. */
	readonly folder: string;
	readonly logFile: string;
	readonly standIns: StandInUrls;
}

const VARIABLE = 'SAAS_LIFECYCLE_SHARED_N8N';
/** A vendor that is down is asked again for a while before a node gives up. */
const EXECUTION_TIMEOUT_MS = 90_000;

export function shareN8n(shared: SharedN8n) {
	process.env[VARIABLE] = JSON.stringify(shared);
}

/** The n8n that all e2e suites share: our package installed, the templates published. */
export function sharedN8n(): SharedN8n & { readonly client: N8nClient; log(): Promise<string> } {
	const text = process.env[VARIABLE];
	if (!text)
		throw new Error('There is no shared n8n: run this suite in the project "e2e" of jest.');
	const shared = JSON.parse(text) as SharedN8n;
	return {
		...shared,
		client: createClient(shared.url, shared.cookie),
		log: async () => await readFile(shared.logFile, 'utf8'),
	};
}

/** The state of a stand-in as its control API tells it. */
export async function stateOf<State>(standInUrl: string): Promise<State> {
	return (await (await fetch(`${standInUrl}/_control/state`)).json()) as State;
}

/** What no customer of a vendor can do: faults, clocks, settings. */
export async function control(
	standInUrl: string,
	method: 'POST' | 'PUT' | 'DELETE',
	path: string,
	body?: unknown,
): Promise<void> {
	const response = await fetch(`${standInUrl}/_control${path}`, {
		method,
		...(body === undefined ? {} : { body: JSON.stringify(body) }),
	});
	if (response.ok) return;
	throw new Error(
		`${method} ${path} of ${standInUrl}: ${response.status} ${await response.text()}`,
	);
}

/** A stand-in as after a fresh start. */
export async function resetStandIn(standInUrl: string): Promise<void> {
	await control(standInUrl, 'POST', '/reset');
}

/** The first execution of a workflow that is neither in `known` nor still at work. */
export async function nextExecution(
	client: N8nClient,
	workflowId: string,
	known: ReadonlySet<string>,
): Promise<Execution> {
	const id = await waitFor(
		`an execution of ${workflowId} that is done`,
		async () => {
			const executions = await client.executions(workflowId);
			return executions.find(
				({ id: candidate, status }) =>
					!known.has(candidate) && !['new', 'running', 'waiting'].includes(status),
			)?.id;
		},
		EXECUTION_TIMEOUT_MS,
	);
	return await client.execution(id);
}
