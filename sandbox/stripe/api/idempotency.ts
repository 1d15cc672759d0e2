import type { Reply, StandInRequest } from '../../kernel/http.ts';
import { failure } from './failure.ts';

/** https://docs.stripe.com/api/idempotent_requests */
export interface Idempotency {
	/**
	 * Claims the request's key. Gives the stored reply of an earlier run; refuses the key for another
	 * request (400) and while the first is still running (409).
	 */
	claim(scope: string, request: StandInRequest): Reply | undefined;
	/** Keeps the reply for the key, or frees it when the endpoint never ran. */
	settle(scope: string, request: StandInRequest, reply: Reply, executed: boolean): void;
	clear(): void;
}

interface Entry {
	readonly fingerprint: string;
	readonly reply: Reply | null;
	readonly claimedAt: number;
}

const MAX_KEY_LENGTH = 255;
const KEPT_FOR_MS = 24 * 60 * 60 * 1000;

export function createIdempotency(): Idempotency {
	const entries = new Map<string, Entry>();

	const forgetOld = (now: number) => {
		// Entries lie in the order of their claims: the first fresh one ends the walk.
		for (const [name, { claimedAt }] of entries) {
			if (claimedAt > now - KEPT_FOR_MS) return;
			entries.delete(name);
		}
	};

	return {
		claim(scope, request) {
			const key = keyOf(request);
			if (key === null) return undefined;
			if (key.length > MAX_KEY_LENGTH) {
				throw failure(
					400,
					{
						type: 'idempotency_error',
						message: `Keys for idempotent requests can be up to ${MAX_KEY_LENGTH} characters long.`,
					},
					false,
				);
			}
			const now = Date.now();
			forgetOld(now);
			const name = `${scope}\n${key}`;
			const entry = entries.get(name);
			const fingerprint = `${request.path}\n${request.rawBody}`;
			if (!entry) {
				entries.set(name, { fingerprint, reply: null, claimedAt: now });
				return undefined;
			}
			if (entry.fingerprint !== fingerprint) {
				throw failure(
					400,
					{
						type: 'idempotency_error',
						message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
					},
					false,
				);
			}
			if (!entry.reply) {
				throw failure(
					409,
					{
						type: 'idempotency_error',
						code: 'idempotency_key_in_use',
						message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
					},
					false,
				);
			}
			return {
				...entry.reply,
				headers: { ...entry.reply.headers, 'idempotent-replayed': 'true' },
			};
		},
		settle(scope, request, reply, executed) {
			const key = keyOf(request);
			if (key === null) return;
			const name = `${scope}\n${key}`;
			const entry = entries.get(name);
			if (!entry || entry.reply) return;
			if (executed) entries.set(name, { ...entry, reply });
			else entries.delete(name);
		},
		clear: () => entries.clear(),
	};
}

/** Reading and deleting are idempotent by nature: keys on them mean nothing. */
export function keyOf(request: StandInRequest): string | null {
	return request.method === 'POST' ? (request.headers['idempotency-key'] ?? null) : null;
}
