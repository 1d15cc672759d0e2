import { createRandom } from '../../kernel/faults.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Length of the random part: customers and products carry short ids, everything else long ones. */
const SHORT_PREFIXES = new Set(['cus', 'prod', 'si', 'ent', 'feat', 'promo']);

export interface Ids {
	/** `cus_Qx3…`: unique within one run, repeatable for one seed. */
	next(prefix: string): string;
	/** Letters and digits without a prefix: secrets, codes, fingerprints. */
	token(length: number): string;
}

export function createIds(seed: number): Ids {
	const random = createRandom(seed);
	const token = (length: number) => {
		let text = '';
		for (let at = 0; at < length; at += 1) text += ALPHABET[Math.floor(random() * ALPHABET.length)];
		return text;
	};
	return {
		token,
		next: (prefix) => `${prefix}_${token(SHORT_PREFIXES.has(prefix) ? 14 : 24)}`,
	};
}
