import {
	NodeApiError,
	type IDataObject,
	type IExecuteFunctions,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeType,
	type JsonObject,
} from 'n8n-workflow';

/** One item: its parameters as the panel would store them. */
export type ItemParams = Readonly<Record<string, unknown>>;

export interface NodeRun {
	readonly items: readonly ItemParams[];
	readonly credential?: IDataObject;
	/** Headers that the credential adds to every request. */
	readonly headers?: Readonly<Record<string, string>>;
	/** The credential's own `authenticate`, where it has one. */
	readonly authenticate?: (request: IHttpRequestOptions) => Promise<IHttpRequestOptions>;
	readonly continueOnFail?: boolean;
	readonly timeZone?: string;
}

/**
 * Runs an action node over a minimal context: parameters per item, and n8n's HTTP helper replaced by a real
 * `fetch` with the same semantics. Gives the rows of the first output.
 */
export async function executeNode(node: INodeType, run: NodeRun): Promise<INodeExecutionData[]> {
	const { execute } = node;
	if (!execute) throw new Error('Not an action node');
	const [rows = []] = (await execute.call(createContext(run))) as INodeExecutionData[][];
	return rows;
}

export function createContext(run: NodeRun): IExecuteFunctions {
	const context = {
		getInputData: () => run.items.map((_, item) => ({ json: { item } })),
		getNode: () => NODE,
		getExecutionId: () => 'execution-1',
		getExecutionCancelSignal: () => undefined,
		addExecutionHints: () => undefined,
		getTimezone: () => run.timeZone ?? 'UTC',
		continueOnFail: () => run.continueOnFail ?? false,
		getCredentials: async () => run.credential ?? {},
		getNodeParameter: (name: string, item: number, fallback?: unknown, options?: IDataObject) => {
			const value = run.items[item]?.[name];
			if (value === undefined) return fallback;
			return options?.['extractValue'] ? extractValue(value) : value;
		},
		helpers: {
			httpRequestWithAuthentication: async (_credential: string, request: IHttpRequestOptions) =>
				await send((await run.authenticate?.(request)) ?? request, run.headers ?? {}),
		},
	};
	return context as unknown as IExecuteFunctions;
}

const NODE: INode = {
	id: 'node-under-test',
	name: 'Node under test',
	type: 'test',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
};

/** As n8n's helper with `returnFullResponse` and `ignoreHttpStatusErrors`; a lost connection throws its error. */
async function send(request: IHttpRequestOptions, headers: Readonly<Record<string, string>>) {
	const reply = await fetch(request.url, {
		method: request.method ?? 'GET',
		headers: { ...(request.headers as Record<string, string>), ...headers },
		...(typeof request.body === 'string' ? { body: request.body } : {}),
	}).catch((error: Error) => {
		throw new NodeApiError(NODE, error as unknown as JsonObject);
	});
	return {
		statusCode: reply.status,
		headers: Object.fromEntries(reply.headers),
		body: await reply.text(),
	};
}

function extractValue(value: unknown): unknown {
	return typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
}
