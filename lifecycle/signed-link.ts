import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/** What a link in a mail allows, and nothing else. */
export const LINK_PURPOSES = [
	'add_card',
	'come_back',
	'feedback',
	'opt_out',
	'undo_cancel',
] as const;

export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** Where a link holds: one of another workspace or mode is as good as forged. */
export interface LinkRealm {
	readonly mode: 'test' | 'live';
	readonly workspace: string;
}

export interface LinkClaims {
	readonly purpose: LinkPurpose;
	readonly accountId: string;
	readonly expiresAt: Date;
	readonly data?: Readonly<Record<string, string>>;
}

export type LinkVerdict =
	| ({ readonly valid: true } & Required<LinkClaims>)
	| { readonly valid: false; readonly reason: LinkFlaw };

export type LinkFlaw = 'malformed' | 'forged' | 'expired' | 'wrong_purpose';

/** Longer addresses are cut by some mail programs and proxies. */
export const MAX_LINK_TOKEN_LENGTH = 1800;

const TOKEN = /^[\w-]+\.[\w-]{43}$/;

/** The same claims give the same token: a message that is made again carries the same link. */
export function signLink(claims: LinkClaims & LinkRealm, secret: string): string {
	const { purpose, accountId, expiresAt, data = {} } = claims;
	const payload = Buffer.from(JSON.stringify([purpose, accountId, +expiresAt, data]));
	const text = payload.toString('base64url');
	return `${text}.${signatureOf(text, claims, secret)}`;
}

/** Nothing of a token is believed, or even parsed, before its signature holds. */
export function checkLink(
	token: string,
	expected: LinkRealm & { readonly purposes: readonly LinkPurpose[] },
	secret: string,
	now: Date,
): LinkVerdict {
	if (token.length > MAX_LINK_TOKEN_LENGTH || !TOKEN.test(token)) return flawed('malformed');
	const [text = '', signature = ''] = token.split('.');
	if (!isSame(signature, signatureOf(text, expected, secret))) return flawed('forged');
	const claims = toClaims(text);
	if (!expected.purposes.includes(claims.purpose)) return flawed('wrong_purpose');
	if (now >= claims.expiresAt) return flawed('expired');
	return { valid: true, ...claims };
}

/** The page that a link leads to, with its token; other parameters of the page stay. */
export function linkUrl(pageUrl: string, token: string): string {
	const url = new URL(pageUrl);
	url.searchParams.set('token', token);
	return url.href;
}

function signatureOf(text: string, { mode, workspace }: LinkRealm, secret: string): string {
	return createHmac('sha256', linkKey(secret))
		.update(JSON.stringify([mode, workspace]))
		.update(text)
		.digest('base64url');
}

/** A key for links alone, so that nothing else that the secret signs passes for one: https://www.rfc-editor.org/rfc/rfc5869 */
function linkKey(secret: string): Buffer {
	if (secret === '') throw new RangeError('Links cannot be signed without a secret');
	return Buffer.from(hkdfSync('sha256', secret, '', 'saas-lifecycle/signed-link/1', 32));
}

function isSame(given: string, expected: string): boolean {
	return (
		given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
	);
}

/** Of a text that `signLink` made. */
function toClaims(text: string): Required<LinkClaims> {
	const [purpose, accountId, expiresAt, data] = JSON.parse(
		Buffer.from(text, 'base64url').toString(),
	) as [LinkPurpose, string, number, Record<string, string>];
	return { purpose, accountId, expiresAt: new Date(expiresAt), data };
}

function flawed(reason: LinkFlaw): LinkVerdict {
	return { valid: false, reason };
}
