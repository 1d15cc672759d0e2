import { PackageDirectoryLoader, WorkflowExecute } from 'n8n-core';
import {
	createRunExecutionData,
	ICredentialsHelper,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeExecutionData,
	type INodeParameters,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** One node of the built package in n8n's own engine, fed with items of plain JSON. */
export interface EngineRun {
	/** The node's name without the package: `stripeTrial`. */
	readonly node: string;
	readonly parameters: INodeParameters;
	readonly items: readonly IDataObject[];
	readonly credential: { readonly type: string; readonly data: ICredentialDataDecryptedObject };
	readonly onError?: INode['onError'];
}

/** Rows per output, or the error that stopped the workflow. */
export interface EngineResult {
	readonly outputs: ReadonlyArray<readonly INodeExecutionData[]>;
	readonly error: Error | undefined;
}

const INSTANCE_URL = 'http://127.0.0.1:5678/';

/** The package as n8n loads it from a folder: manifest, node files, credentials, codex, icons. */
export async function loadPackage(folder: string): Promise<PackageDirectoryLoader> {
	const loader = new PackageDirectoryLoader(folder);
	await loader.loadAll();
	return loader;
}

/** Runs one node by n8n's `WorkflowExecute`: expressions, credentials, HTTP helper and error outputs are n8n's. */
export async function runInEngine(
	loader: PackageDirectoryLoader,
	run: EngineRun,
): Promise<EngineResult> {
	const { type, data } = run.credential;
	const node: INode = {
		id: 'node-under-test',
		name: 'Node under test',
		type: run.node,
		typeVersion: 1,
		position: [0, 0],
		parameters: run.parameters,
		credentials: { [type]: { id: '1', name: 'Test' } },
		...(run.onError ? { onError: run.onError } : {}),
	};
	const workflow = new Workflow({
		id: 'test',
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: nodeTypesOf(loader),
		settings: { executionOrder: 'v1', timezone: 'UTC' },
	});
	const additionalData = {
		credentialsHelper: new LoadedCredentials(loader, data),
		executionId: 'test',
		hooks: { runHook: async () => {} },
		currentNodeExecutionIndex: 0,
		variables: {},
		externalSecretsProxy: {},
		setExecutionStatus: () => {},
		sendDataToUI: () => {},
		logAiEvent: () => {},
		instanceBaseUrl: INSTANCE_URL,
		restApiUrl: INSTANCE_URL,
		formWaitingBaseUrl: INSTANCE_URL,
		webhookBaseUrl: INSTANCE_URL,
		webhookWaitingBaseUrl: INSTANCE_URL,
		webhookTestBaseUrl: INSTANCE_URL,
	} as unknown as IWorkflowExecuteAdditionalData;
	const state = createRunExecutionData({
		executionData: {
			nodeExecutionStack: [
				{ node, data: { main: [run.items.map((json) => ({ json }))] }, source: null },
			],
		},
	});
	const { data: result } = await new WorkflowExecute(
		additionalData,
		'manual',
		state,
	).processRunExecutionData(workflow);
	const [taskData] = result.resultData.runData[node.name] ?? [];
	return {
		outputs: (taskData?.data?.['main'] ?? []).map((rows) => rows ?? []),
		error: result.resultData.error,
	};
}

function nodeTypesOf(loader: PackageDirectoryLoader): INodeTypes {
	const find = (name: string) => {
		const found = loader.nodeTypes[name];
		if (!found) throw new Error(`The package has no node ${name}`);
		return found.type as ReturnType<INodeTypes['getByNameAndVersion']>;
	};
	return { getByName: find, getByNameAndVersion: find, getKnownTypes: () => ({}) };
}

/** One credential of the loaded package, applied to requests as its type says. */
class LoadedCredentials extends ICredentialsHelper {
	private readonly loader: PackageDirectoryLoader;
	private readonly data: ICredentialDataDecryptedObject;

	constructor(loader: PackageDirectoryLoader, data: ICredentialDataDecryptedObject) {
		super();
		this.loader = loader;
		this.data = data;
	}

	getParentTypes() {
		return [];
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		typeName: string,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = this.typeOf(typeName);
		if (typeof authenticate === 'function') return await authenticate(credentials, request);
		const headers = authenticate?.properties.headers ?? {};
		const resolved = Object.entries(headers).map(([name, template]) => [
			name,
			// The generic kind has one form in this package: "=Bearer {{$credentials.x}}".
			String(template)
				.slice(1)
				.replace(/\{\{\$credentials\.(\w+)\}\}/g, (_, field: string) => String(credentials[field])),
		]);
		return { ...request, headers: { ...request.headers, ...Object.fromEntries(resolved) } };
	}

	async preAuthentication() {
		return undefined;
	}

	async runPreAuthentication() {
		return undefined;
	}

	async getCredentials(): Promise<never> {
		throw new Error('Not needed: the data is given decrypted');
	}

	async getDecrypted() {
		return this.data;
	}

	async updateCredentials() {}

	async updateCredentialsOauthTokenData() {}

	isCredentialUsableByNode() {
		return true;
	}

	getCredentialsProperties(typeName: string) {
		return this.typeOf(typeName).properties;
	}

	private typeOf(typeName: string): ICredentialType {
		const found = this.loader.credentialTypes[typeName];
		if (!found) throw new Error(`The package has no credential ${typeName}`);
		return found.type;
	}
}
