import { createHash } from 'node:crypto';
import { canonicalEmail } from './email.ts';

/**
 * An account id travels in Stripe search queries, metadata and URL paths: printable, no quotes or backslash,
 * no space at either end, and nothing that a URL takes for a step in a path.
 */
const ACCOUNT_ID = /^(?! )[^\p{C}\p{Zl}\p{Zp}'"\\]{1,200}(?<! )$/u;
const PATH_STEPS = new Set(['.', '..']);

export function isAccountId(value: string): boolean {
	return ACCOUNT_ID.test(value) && !PATH_STEPS.has(value);
}

/** The id of an account whose product has none of its own: the same for every spelling of one mailbox. */
export function accountIdFor(email: string): string {
	const digest = createHash('sha256').update(canonicalEmail(email)).digest('hex');
	return `acct_${digest.slice(0, 20)}`;
}
