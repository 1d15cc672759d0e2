import { IntercomClient, IntercomError } from 'intercom-client';
import { createIntercomStandIn, type IntercomOptions } from '../../sandbox/intercom/index.ts';
import type { StandIn } from '../../sandbox/kernel/http.ts';
import { intercomToken } from '../../sandbox/secrets.ts';
import { INTERCOM } from '../contract/intercom-routes.ts';
import { underContract } from './contract-check.ts';

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly body: unknown;
}

export interface IntercomUnderTest {
	readonly standIn: StandIn;
	readonly url: string;
	readonly client: IntercomClient;
	/** Any request, with the token and version 2.14 unless headers say otherwise. */
	call(
		method: string,
		path: string,
		body?: unknown,
		headers?: Readonly<Record<string, string>>,
	): Promise<Answer>;
	state<T>(): Promise<T>;
	close(): Promise<void>;
}

/** No waits and no quota, so that a suite asks for the ones that it is about. */
const PROMPT = { messageableAfterMs: 0, searchLagMs: 0, rateLimits: false } as const;

/** An Intercom stand-in under the contract, and the SDK as its client. */
export async function startIntercom(options: IntercomOptions = {}): Promise<IntercomUnderTest> {
	const standIn = underContract(INTERCOM, createPrompt(options), { refusedRequests: 'free' });
	return await connect(standIn, options.token);
}

/** For what Intercom describes and its SDK does not type. */
export async function startIntercomOutsideTheContract(
	options: IntercomOptions = {},
): Promise<IntercomUnderTest> {
	return await connect(createPrompt(options), options.token);
}

function createPrompt(options: IntercomOptions): StandIn {
	return createIntercomStandIn({ ...options, settings: { ...PROMPT, ...options.settings } });
}

async function connect(standIn: StandIn, token = intercomToken): Promise<IntercomUnderTest> {
	const url = await standIn.listen();
	const call: IntercomUnderTest['call'] = async (method, path, body, headers = {}) => {
		const response = await fetch(`${url}${path}`, {
			method,
			headers: {
				authorization: `Bearer ${token}`,
				'intercom-version': '2.14',
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		const text = await response.text();
		return {
			status: response.status,
			headers: response.headers,
			body: text === '' ? undefined : JSON.parse(text),
		};
	};
	return {
		standIn,
		url,
		client: intercomClient(url, token),
		call,
		state: async <T>() => (await call('GET', '/_control/state')).body as T,
		close: async () => await standIn.close(),
	};
}

export function intercomClient(baseUrl: string, token = intercomToken): IntercomClient {
	return new IntercomClient({ token, baseUrl, maxRetries: 0 });
}

/** What the SDK throws, reduced to what tells refusals apart. */
export async function refusal(promise: PromiseLike<unknown>) {
	try {
		await promise;
	} catch (error) {
		if (!(error instanceof IntercomError)) throw error;
		const { errors } = error.body as { errors: Array<{ code: string; message: string }> };
		return { status: error.statusCode, ...errors[0] };
	}
	throw new Error('The request was not refused');
}
