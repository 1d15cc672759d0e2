import { setTimeout as delay } from 'node:timers/promises';
import { parseFlatted } from './flatted.ts';

const PUBLICATION_TIMEOUT_MS = 30_000;
const PUBLICATION_POLL_MS = 50;

/** Who owns an n8n instance of the sandbox. */
export interface Owner {
	readonly email: string;
	readonly password: string;
	readonly firstName: string;
	readonly lastName: string;
}

export interface ExecutionSummary {
	readonly id: string;
	readonly workflowId: string;
	readonly mode: string;
	readonly status: string;
	readonly startedAt: string | null;
	readonly stoppedAt: string | null;
}

export interface NodeRun {
	readonly executionStatus?: string;
	/** From where the items came; the first output is not named. */
	readonly source?: ReadonlyArray<{
		readonly previousNode: string;
		readonly previousNodeOutput?: number;
	} | null>;
	readonly error?: { readonly message: string; readonly description?: string | null };
	readonly data?: Readonly<Record<string, ReadonlyArray<ReadonlyArray<NodeItem> | null>>>;
}

export interface NodeItem {
	readonly json: Readonly<Record<string, unknown>>;
}

export interface Execution extends ExecutionSummary {
	readonly data: {
		readonly resultData: {
			/** What each node did, by its name; several runs when a node ran in a loop. */
			readonly runData: Readonly<Record<string, readonly NodeRun[]>>;
			readonly lastNodeExecuted?: string;
			readonly error?: { readonly message: string };
		};
	};
}

export interface NodeType {
	readonly name: string;
	readonly displayName: string;
	readonly properties: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

export interface CredentialType {
	readonly name: string;
	readonly displayName: string;
}

export interface Workflow {
	readonly id: string;
	readonly name: string;
	readonly active: boolean;
	readonly versionId: string;
	readonly nodes: ReadonlyArray<{
		readonly name: string;
		readonly type: string;
		readonly credentials?: Readonly<Record<string, { readonly id: string | null }>>;
	}>;
}

interface Publication {
	readonly status: 'not_published' | 'in_progress' | 'published' | 'partial' | 'failed';
	readonly triggers: ReadonlyArray<{ readonly errorMessage: string | null }>;
}

export interface CredentialTestResult {
	readonly status: 'OK' | 'Error';
	readonly message: string;
}

/** What a logged-in owner can ask of a running n8n: the same calls that its editor makes. */
export interface N8nClient {
	readonly url: string;
	/** The session, as a `Cookie` header. */
	readonly cookie: string;
	nodeTypes(): Promise<NodeType[]>;
	credentialTypes(): Promise<CredentialType[]>;
	/** Tests as the "Retry" button of the credential dialog does. */
	testCredential(
		type: string,
		data: Readonly<Record<string, unknown>>,
	): Promise<CredentialTestResult>;
	workflow(id: string): Promise<Workflow>;
	/** Switches the current version on; resolves when its triggers listen, fails when one of them cannot. */
	publish(workflowId: string): Promise<void>;
	/** n8n switches published workflows on in the background after its start: waits for that. */
	settlePublications(): Promise<void>;
	/** Runs a stored workflow from its trigger, as "Execute workflow" does. Resolves to the execution's id. */
	runWorkflow(workflowId: string, triggerName: string): Promise<string>;
	/** Newest first. */
	executions(workflowId: string): Promise<ExecutionSummary[]>;
	execution(id: string): Promise<Execution>;
	/** Executions of all workflows that are at work or about to be; those that wait for somebody are not. */
	running(): Promise<ExecutionSummary[]>;
	/** Executions of all workflows that failed, oldest first. */
	failed(): Promise<ExecutionSummary[]>;
	request<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
}

/** Makes the owner of a fresh n8n, or logs in where there is one, and returns a client with the session. */
export async function connect(url: string, owner: Owner): Promise<N8nClient> {
	const { data } = (await (await fetch(`${url}/rest/settings`)).json()) as {
		data: { userManagement: { showSetupOnFirstLoad?: boolean } };
	};
	const { email, password } = owner;
	const response = data.userManagement.showSetupOnFirstLoad
		? await post(`${url}/rest/owner/setup`, owner)
		: await post(`${url}/rest/login`, { emailOrLdapLoginId: email, password });
	if (!response.ok) {
		throw new Error(
			`n8n refused the login of ${email}: ${response.status} ${await response.text()}`,
		);
	}
	const cookie = response.headers
		.getSetCookie()
		.map((line) => line.split(';')[0])
		.join('; ');
	return createClient(url, cookie);
}

/** A client for a session that exists already. */
export function createClient(url: string, cookie: string): N8nClient {
	async function request<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
		const response = await fetch(`${url}${path}`, {
			method,
			headers: { cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		if (!response.ok) {
			throw new Error(
				`n8n answered ${response.status} to ${method} ${path}: ${text.slice(0, 500)}`,
			);
		}
		return JSON.parse(text) as Answer;
	}

	/** The REST API wraps every answer in `data`. */
	async function rest<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
		return (await request<{ data: Answer }>(method, `/rest${path}`, body)).data;
	}

	async function settledPublication(workflowId: string): Promise<Publication> {
		const deadline = Date.now() + PUBLICATION_TIMEOUT_MS;
		for (;;) {
			const publication = await rest<Publication>(
				'GET',
				`/workflows/${workflowId}/publication-status`,
			);
			if (!['not_published', 'in_progress'].includes(publication.status)) return publication;
			if (Date.now() > deadline) {
				throw new Error(
					`n8n did not switch workflow ${workflowId} on within ${PUBLICATION_TIMEOUT_MS / 1000} s.`,
				);
			}
			await delay(PUBLICATION_POLL_MS);
		}
	}

	async function list(filter: object): Promise<ExecutionSummary[]> {
		const query = `filter=${encodeURIComponent(JSON.stringify(filter))}&limit=100`;
		return (await rest<{ results: ExecutionSummary[] }>('GET', `/executions?${query}`)).results;
	}

	return {
		url,
		cookie,
		request,
		nodeTypes: async () => await request('GET', '/types/nodes.json'),
		credentialTypes: async () => await request('GET', '/types/credentials.json'),
		testCredential: async (type, data) =>
			await rest('POST', '/credentials/test', {
				credentials: { id: '', name: 'Test', type, data },
			}),
		workflow: async (id) => await rest('GET', `/workflows/${id}`),
		publish: async (workflowId) => {
			const { versionId } = await rest<Workflow>('GET', `/workflows/${workflowId}`);
			await rest('POST', `/workflows/${workflowId}/activate`, { versionId });
			const { status, triggers } = await settledPublication(workflowId);
			if (status === 'published') return;
			const reasons = triggers.flatMap(({ errorMessage }) => errorMessage ?? []).join('; ');
			throw new Error(`n8n could not switch workflow ${workflowId} on: ${reasons}`);
		},
		settlePublications: async () => {
			const filter = encodeURIComponent(JSON.stringify({ active: true }));
			const workflows = await rest<Workflow[]>('GET', `/workflows?filter=${filter}`);
			for (const { id } of workflows) await settledPublication(id);
		},
		runWorkflow: async (workflowId, triggerName) => {
			const { executionId } = await rest<{ executionId: string }>(
				'POST',
				`/workflows/${workflowId}/run`,
				{ triggerToStartFrom: { name: triggerName } },
			);
			return executionId;
		},
		executions: async (workflowId) => await list({ workflowId }),
		running: async () => await list({ status: ['new', 'running'] }),
		failed: async () => (await list({ status: ['error', 'crashed'] })).reverse(),
		execution: async (id) => {
			const { data, ...summary } = await rest<ExecutionSummary & { data: string }>(
				'GET',
				`/executions/${id}`,
			);
			return { ...summary, data: parseFlatted(data) as Execution['data'] };
		},
	};
}

async function post(url: string, body: unknown): Promise<Response> {
	return await fetch(url, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	});
}
