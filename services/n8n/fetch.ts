import type { IAllExecuteFunctions, IHttpRequestMethods, IHttpRequestOptions } from 'n8n-workflow';
import { Failure } from '../failure.ts';
import type { CredentialMemory } from './credential-memory.ts';

/** The part of the Fetch API that both SDKs and our own clients use. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** n8n's contexts that can send authenticated requests. */
export type HttpContext = Pick<IAllExecuteFunctions, 'helpers'>;

const TIMEOUT_MS = 30_000;
const STATUS_WITHOUT_BODY = new Set([101, 204, 205, 304]);

/**
 * A `fetch` that goes through n8n's HTTP helper, so that n8n's proxy, TLS and SSRF settings hold and the
 * credential is applied by n8n itself: the caller's own authorization header is dropped. HTTP errors are
 * answers, as in every `fetch`; a request without an answer throws a `Failure` without an HTTP code.
 * With a memory the credential is not looked up for each request, and looked up again when it is refused.
 */
export function fetchWith(
	context: HttpContext,
	credential: string,
	memory?: CredentialMemory<object>,
): Fetch {
	return async (url, init = {}) => {
		const headers = Object.fromEntries(new Headers(init.headers));
		delete headers['authorization'];
		// The helper sets it from the body; a second value would contradict it after n8n re-encodes.
		delete headers['content-length'];
		const options: IHttpRequestOptions = {
			method: (init.method ?? 'GET') as IHttpRequestMethods,
			url: url instanceof Request ? url.url : url.toString(),
			headers,
			...(typeof init.body === 'string' && init.body !== '' ? { body: init.body } : {}),
			json: false,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
			timeout: TIMEOUT_MS,
		};
		const recalled = memory && { ...(await memory.recall()) };
		try {
			const reply: unknown = await context.helpers.httpRequestWithAuthentication.call(
				context as IAllExecuteFunctions,
				credential,
				options,
				recalled && {
					credentialsDecrypted: { id: '', name: '', type: credential, data: recalled },
				},
			);
			const response = toResponse(reply as FullReply);
			if (response.status === 401 || response.status === 403) memory?.forget();
			return response;
		} catch (error) {
			throw unanswered(options.url, error);
		}
	};
}

interface FullReply {
	readonly statusCode: number;
	readonly headers: Record<string, unknown>;
	readonly body: unknown;
}

function toResponse({ statusCode, headers, body }: FullReply): Response {
	const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body);
	const plain = Object.entries(headers).flatMap(([name, value]): Array<[string, string]> =>
		// The helper has already decoded and joined the body.
		['content-encoding', 'content-length', 'transfer-encoding'].includes(name) || value == null
			? []
			: [[name, String(value)]],
	);
	return new Response(STATUS_WITHOUT_BODY.has(statusCode) ? null : text, {
		status: statusCode,
		headers: plain,
	});
}

/** Names the host only: path and query of a request can hold personal data. */
function unanswered(url: string, error: unknown): Failure {
	const code = findErrorCode(error);
	return new Failure(`No answer from ${new URL(url).host}: ${reasonOf(code)}`, {
		hint: 'Check that n8n can reach this address (network, proxy, base URL in the credential), then run again: a repeat completes what is missing and does nothing twice.',
		...(code ? { code } : {}),
	});
}

/** In words: n8n replaces every message that holds one of these codes by a text of its own. */
function reasonOf(code = ''): string {
	if (code === 'ECONNREFUSED') return 'connection refused';
	if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown host';
	if (code === 'ETIMEDOUT' || code === 'ECONNABORTED') return 'too slow';
	if (code === 'ECONNRESET' || code === 'EPIPE') return 'connection cut';
	return /CERT|SIGNED|ISSUER|TLS|SSL/.test(code) ? 'certificate not trusted' : 'connection failed';
}

/** `ECONNREFUSED` and its like, wherever n8n's wrapping put it. */
function findErrorCode(error: unknown, depth = 0): string | undefined {
	if (typeof error !== 'object' || error === null || depth > 4) return undefined;
	if ('code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(error.code)) {
		return error.code;
	}
	const inner = 'cause' in error ? error.cause : undefined;
	return findErrorCode(inner, depth + 1);
}
