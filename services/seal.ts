import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Keeps texts in the store that nobody reads who has the store alone. */
export interface Seal {
	/** The label says what the text belongs to: moved to another place it does not open. */
	close(text: string, label: string): string;
	/** Null for what another key or another label has closed, and for what is damaged. */
	open(sealed: string, label: string): string | null;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
// https://csrc.nist.gov/pubs/sp/800/38/d/final: 96 bits are the nonce that GCM is made for.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };
/** Of what is written down; another form would be another version. */
const VERSION = 'v1.';

/** By a secret that is kept elsewhere. Each purpose has a key of its own: https://www.rfc-editor.org/rfc/rfc5869 */
export function createSeal(secret: string, purpose: string): Seal {
	if (secret === '') throw new RangeError('Nothing can be sealed without a secret');
	const key = Buffer.from(hkdfSync('sha256', secret, '', `saas-lifecycle/${purpose}/1`, KEY_BYTES));
	return {
		close(text, label) {
			const nonce = randomBytes(NONCE_BYTES);
			const cipher = createCipheriv(CIPHER, key, nonce, OPTIONS).setAAD(Buffer.from(label));
			const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
			return VERSION + Buffer.concat(parts).toString('base64url');
		},
		open(sealed, label) {
			if (!sealed.startsWith(VERSION)) return null;
			const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
			if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
			const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), OPTIONS)
				.setAAD(Buffer.from(label))
				.setAuthTag(bytes.subarray(-TAG_BYTES));
			try {
				const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
				return Buffer.concat([text, decipher.final()]).toString('utf8');
			} catch {
				return null;
			}
		},
	};
}
