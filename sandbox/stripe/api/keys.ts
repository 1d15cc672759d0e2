import { failure, type Failure } from './failure.ts';

/** Where a request's authority comes from. */
export interface Authority {
	readonly key: string;
	readonly livemode: boolean;
	readonly isRestricted: boolean;
}

export interface Keys {
	/** The authority of a request, or 401. */
	authorize(authorization: string | undefined): Authority;
	/** 403 when the key lacks the permission. */
	demand(authority: Authority, permission: string, method: string, accountId: string): void;
	/** What a key may not do: permissions as in `customer_write`; `*_write` for all writing. */
	restrict(key: string, missing: readonly string[]): void;
	/** The key stops working. */
	revoke(key: string): void;
	clear(): void;
}

const SECRET_KEY = /^(sk|rk)_(test|live)_[A-Za-z0-9_]+$/;

/** https://docs.stripe.com/keys: every well-formed secret or restricted key is good until it is revoked. */
export function createKeys(): Keys {
	const revoked = new Set<string>();
	const missingByKey = new Map<string, ReadonlySet<string>>();
	return {
		authorize(authorization) {
			const key = keyIn(authorization);
			if (key === null) throw noKey();
			if (/^pk_(test|live)_/.test(key)) throw publishableKey();
			const [, kind, mode] = SECRET_KEY.exec(key) ?? [];
			if (!kind || revoked.has(key)) throw wrongKey(key);
			return { key, livemode: mode === 'live', isRestricted: kind === 'rk' };
		},
		demand({ key, isRestricted }, permission, method, accountId) {
			if (!isRestricted) return;
			const verb = method === 'GET' ? 'read' : 'write';
			const needed = `${permission}_${verb}`;
			const missing = missingByKey.get(key);
			if (!missing?.has(needed) && !missing?.has(`*_${verb}`)) return;
			throw failure(
				403,
				{
					type: 'invalid_request_error',
					message: `The provided key '${masked(key)}' does not have the required permissions for this endpoint on account '${accountId}'. Having the 'rak_${needed}' permission would allow this request to continue.`,
				},
				false,
			);
		},
		restrict: (key, missing) => void missingByKey.set(key, new Set(missing)),
		revoke: (key) => void revoked.add(key),
		clear() {
			revoked.clear();
			missingByKey.clear();
		},
	};
}

/** `Bearer sk_…`, or the key as the user name of basic authentication. */
function keyIn(authorization: string | undefined): string | null {
	const [scheme = '', credentials = ''] = (authorization ?? '').split(' ');
	switch (scheme.toLowerCase()) {
		case 'bearer':
			return credentials || null;
		case 'basic':
			return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0] || null;
		default:
			return null;
	}
}

function unauthorized(message: string, code?: string): Failure {
	const body = { type: 'invalid_request_error', message } as const;
	return failure(401, code === undefined ? body : { ...body, code }, false);
}

function noKey(): Failure {
	return unauthorized(
		"You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
	);
}

function wrongKey(key: string): Failure {
	return unauthorized(`Invalid API Key provided: ${masked(key)}`);
}

function publishableKey(): Failure {
	return unauthorized(
		'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
		'secret_key_required',
	);
}

/** The start and the last four characters, as Stripe shows keys. */
function masked(key: string): string {
	const start = /^(sk|rk)_(test|live)_/.exec(key)?.[0] ?? key.slice(0, 3);
	return `${start}${'*'.repeat(Math.max(0, key.length - start.length - 4))}${key.slice(-4)}`;
}
