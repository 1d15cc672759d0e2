import type { IntercomClient } from 'intercom-client';
import { Failure } from '../failure.ts';
import { fetchWith, type Fetch, type HttpContext } from '../n8n/fetch.ts';
import { withRetries, type MayRepeat } from '../n8n/retry.ts';

/** The API version whose shapes this package reads and writes; sent with every request. */
export const INTERCOM_API_VERSION = '2.14';

/** A workspace lives in exactly one region. https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis */
export const INTERCOM_HOSTS = {
	us: 'https://api.intercom.io',
	eu: 'https://api.eu.intercom.io',
	au: 'https://api.au.intercom.io',
} as const;

/** The fields of the credential `intercomMessageApi` that a client needs; the token itself stays with n8n. */
export interface IntercomCredential {
	readonly region: keyof typeof INTERCOM_HOSTS;
	readonly baseUrl?: string;
}

export async function connectIntercom(
	context: HttpContext,
	credential: IntercomCredential,
): Promise<IntercomClient> {
	return await intercomOver(fetchWith(context, 'intercomMessageApi'), credential);
}

/** The SDK over any `fetch`. Its own retries are off: they repeat a message after a 5xx. */
export async function intercomOver(
	fetch: Fetch,
	{ region, baseUrl }: IntercomCredential,
): Promise<IntercomClient> {
	const { IntercomClient: Client } = await import('./sdk.ts');
	return new Client({
		token: 'applied-by-n8n',
		baseUrl: baseUrl || INTERCOM_HOSTS[region],
		version: INTERCOM_API_VERSION,
		maxRetries: 0,
		timeoutInSeconds: SDK_TIMEOUT_SECONDS,
		fetch: alwaysAnswering(withRetries(fetch, mayRepeat)) as typeof globalThis.fetch,
	});
}

// Above the sum of our own attempts, so that the SDK's clock never cuts a retry short.
const SDK_TIMEOUT_SECONDS = 200;

/**
 * Intercom has no idempotency keys: a POST whose outcome is unknown may have had its effect and is not
 * repeated. 429 was refused before any effect. https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting
 */
const mayRepeat: MayRepeat = ({ method = 'GET' }, reply) => {
	if (reply?.status === 429) return true;
	return method !== 'POST' && (!reply || reply.status >= 500);
};

/** No HTTP status: marks answers that our own transport made up, for `explainIntercom`. */
export const NOT_ANSWERED = 599;

/**
 * The SDK loses what its `fetch` throws and takes a page that is not JSON for a success. Both become
 * answers in Intercom's own error shape here.
 */
function alwaysAnswering(fetch: Fetch): Fetch {
	return async (url, init) => {
		try {
			const reply = await fetch(url, init);
			const isReadable = !reply.ok || reply.body === null || (await isJsonOrEmpty(reply.clone()));
			return isReadable ? reply : notAnswered('The answer is not from Intercom: no JSON');
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			return notAnswered(error.message, error.details.code);
		}
	};
}

async function isJsonOrEmpty(reply: Response): Promise<boolean> {
	const text = await reply.text();
	if (text === '') return true;
	try {
		JSON.parse(text);
		return true;
	} catch {
		return false;
	}
}

function notAnswered(message: string, code?: string): Response {
	return Response.json(
		{ type: 'error.list', errors: [{ code, message }] },
		{ status: NOT_ANSWERED },
	);
}
