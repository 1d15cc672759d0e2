import { createHash } from 'node:crypto';

/**
 * The identity of one effect for one account: the same words give the same key in every run, on every
 * machine. Hashed, because keys travel in HTTP headers and ids may hold any letter.
 */
export function idempotencyKey(effect: string, ...identity: readonly string[]): string {
	const digest = createHash('sha256')
		.update(JSON.stringify([effect, ...identity]))
		.digest('hex');
	return `${effect}_${digest.slice(0, 40)}`;
}
