import { createHmac } from 'node:crypto';
import { acmeSigningSecret, acmeToken } from '../../../sandbox/secrets.ts';

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly body: Readonly<Record<string, unknown>>;
}

/** Signs with node:crypto, so that the product's own library is checked by another hand. */
export function signatureHeaders(
	body: string,
	options: { secret?: string; id?: string; at?: Date } = {},
): Record<string, string> {
	const { secret = acmeSigningSecret, id = 'msg_1', at = new Date() } = options;
	const timestamp = Math.floor(at.getTime() / 1000);
	const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
	const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
	return {
		'webhook-id': id,
		'webhook-timestamp': String(timestamp),
		'webhook-signature': `v1,${digest}`,
	};
}

/** A well-behaved client of docs/provisioning-api.yaml; headers can be overridden to misbehave. */
export function createAcmeClient(baseUrl: string) {
	return async (
		method: string,
		path: string,
		content?: unknown,
		headers: Record<string, string> = {},
	): Promise<Answer> => {
		const body = content === undefined ? '' : JSON.stringify(content);
		const response = await fetch(`${baseUrl}${path}`, {
			method,
			headers: {
				authorization: `Bearer ${acmeToken}`,
				...(method === 'GET' ? {} : signatureHeaders(body)),
				...(body === '' ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			...(body === '' ? {} : { body }),
		});
		return {
			status: response.status,
			headers: response.headers,
			body: (await response.json()) as Record<string, unknown>,
		};
	};
}

/** Calls the control API, which is open to everyone on this machine. */
export async function control(
	baseUrl: string,
	method: string,
	path: string,
	content?: unknown,
): Promise<Response> {
	return await fetch(`${baseUrl}/_control${path}`, {
		method,
		...(content === undefined ? {} : { body: JSON.stringify(content) }),
	});
}
