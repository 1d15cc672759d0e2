import { ACCESS_LEVELS, type AccessLevel } from '../../lifecycle/access-level.ts';
import { Failure } from '../failure.ts';
import { fetchWith, type Fetch, type HttpContext } from '../n8n/fetch.ts';
import { withRetries, type MayRepeat } from '../n8n/retry.ts';

export const INSTANCE_STATUSES = ['provisioning', 'ready', 'failed', 'revoked'] as const;

/** One account's place in the product. The API is `docs/provisioning-api.yaml`. */
export interface Instance {
	readonly accountId: string;
	readonly status: (typeof INSTANCE_STATUSES)[number];
	readonly access: AccessLevel;
	readonly instanceUrl: string | null;
	readonly plan: string | null;
	readonly reason: string | null;
	readonly updatedAt: string;
}

/** An answer of the product with the time it asks to wait before the next question. */
export interface InstanceAnswer {
	readonly instance: Instance;
	readonly retryAfterMs: number | null;
}

export interface AccessClient {
	/** Undefined when the product has no instance for this account. */
	get(accountId: string): Promise<InstanceAnswer | undefined>;
	/** Creates the instance of an account or returns the existing one. */
	put(accountId: string, body: object, key: string): Promise<InstanceAnswer>;
	/** Sets the access level of an existing instance. */
	setAccess(accountId: string, body: object, key: string): Promise<InstanceAnswer>;
	/** Ends an instance for good. */
	revoke(accountId: string, key: string): Promise<InstanceAnswer>;
}

/** The product's provisioning API. n8n applies the credential, which also signs every write. */
export function connectAccess(context: HttpContext, baseUrl: string): AccessClient {
	return accessOver(fetchWith(context, 'accessProvisioningApi'), baseUrl);
}

export function accessOver(fetch: Fetch, baseUrl: string): AccessClient {
	const send = withRetries(fetch, mayRepeat);
	const base = baseUrl.replace(/\/+$/, '');
	const urlOf = (accountId: string) => `${base}/instances/${encodeURIComponent(accountId)}`;
	const write = async (method: string, url: string, key: string, body?: object) =>
		await send(url, {
			method,
			headers: {
				'idempotency-key': key,
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});

	return {
		async get(accountId) {
			const reply = await send(urlOf(accountId));
			return reply.status === 404 ? undefined : await toAnswer(reply, accountId);
		},
		async put(accountId, body, key) {
			return await toAnswer(await write('PUT', urlOf(accountId), key, body), accountId);
		},
		async setAccess(accountId, body, key) {
			const url = `${urlOf(accountId)}/access`;
			return await toAnswer(await write('PUT', url, key, body), accountId);
		},
		async revoke(accountId, key) {
			return await toAnswer(await write('DELETE', urlOf(accountId), key), accountId);
		},
	};
}

/** Every request of this API may be repeated: the account id is the identity of its effect. */
const mayRepeat: MayRepeat = (_request, reply) =>
	!reply || reply.status === 429 || reply.status >= 500;

async function toAnswer(reply: Response, accountId: string): Promise<InstanceAnswer> {
	const body = await readJson(reply);
	if (!reply.ok) throw refusal(reply.status, body);
	if (!isInstance(body, accountId)) {
		throw new Failure('The product API answered with something that is not an instance', {
			httpCode: reply.status,
			hint: 'Check the base URL in the Access Provisioning credential, and that the product answers as docs/provisioning-api.yaml says.',
		});
	}
	const seconds = Number(reply.headers.get('retry-after') ?? Number.NaN);
	return {
		instance: {
			accountId: body.accountId,
			status: body.status,
			access: body.access,
			instanceUrl: body.instanceUrl ?? null,
			plan: body.plan ?? null,
			reason: body.reason ?? null,
			updatedAt: body.updatedAt,
		},
		retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
	};
}

type InstanceBody = Omit<Instance, 'instanceUrl' | 'plan' | 'reason'> & {
	readonly instanceUrl?: string | null;
	readonly plan?: string | null;
	readonly reason?: string | null;
};

function isInstance(body: unknown, accountId: string): body is InstanceBody {
	if (typeof body !== 'object' || body === null) return false;
	const candidate = body as Readonly<Record<string, unknown>>;
	return (
		candidate['accountId'] === accountId &&
		INSTANCE_STATUSES.some((status) => status === candidate['status']) &&
		ACCESS_LEVELS.some((level) => level === candidate['access']) &&
		isHttpUrl(candidate['instanceUrl'])
	);
}

/** Customers are sent there: nothing but a web address will do. */
function isHttpUrl(value: unknown): boolean {
	if (value === undefined || value === null) return true;
	return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value);
}

async function readJson(reply: Response): Promise<unknown> {
	try {
		return await reply.json();
	} catch {
		return undefined;
	}
}

/** https://www.rfc-editor.org/rfc/rfc9457: only the title is shown, a detail may hold personal data. */
function refusal(status: number, body: unknown): Failure {
	const title =
		typeof body === 'object' && body !== null && 'title' in body && typeof body.title === 'string'
			? body.title
			: `HTTP ${status}`;
	return new Failure(`The product API refused: ${title}`, { httpCode: status, ...hintFor(status) });
}

function hintFor(status: number): { hint?: string } {
	if (status === 401 || status === 403) {
		return {
			hint: 'Check token and signing secret in the Access Provisioning credential, and that the clocks of n8n and of the product agree.',
		};
	}
	if (status === 404) {
		return { hint: 'This account has no instance. Open one first with Access > Provision.' };
	}
	if (status === 409) {
		return { hint: 'This account was revoked. Use another account ID, or undo it in the product.' };
	}
	if (status >= 500 || status === 429) {
		return { hint: 'The product is in trouble. Run again: a repeat completes what is missing.' };
	}
	return {};
}
