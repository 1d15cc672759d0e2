import { sleep } from 'n8n-workflow';
import type { Fetch } from './fetch.ts';

/** What may be sent again after which answer. `undefined` for an answer stands for a lost connection. */
export type MayRepeat = (request: RequestInit, reply: Response | undefined) => boolean;

const ATTEMPTS = 4;
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 20_000;

/**
 * Repeats a request where its service's rule allows it, with exponential backoff and jitter; a
 * wish of the other side to wait is honoured up to 20 s. The last answer or error stands.
 */
export function withRetries(
	fetch: Fetch,
	mayRepeat: MayRepeat,
	options: { readonly sleep?: (ms: number) => Promise<void>; readonly random?: () => number } = {},
): Fetch {
	const { sleep: wait = sleep, random = Math.random } = options;
	return async (url, init = {}) => {
		for (let attempt = 1; ; attempt++) {
			const isLast = attempt === ATTEMPTS;
			try {
				const reply = await fetch(url, init);
				if (isLast || !mayRepeat(init, reply)) return reply;
				await wait(delayBefore(attempt, retryAfterMs(reply), random()));
			} catch (error) {
				if (isLast || !mayRepeat(init, undefined)) throw error;
				await wait(delayBefore(attempt, undefined, random()));
			}
		}
	};
}

/** Between half and the whole of the doubled delay, so that parallel items do not return all at once. */
function delayBefore(attempt: number, askedMs: number | undefined, random: number): number {
	const backoff = FIRST_DELAY_MS * 2 ** (attempt - 1) * (0.5 + random / 2);
	return Math.min(LONGEST_DELAY_MS, Math.max(askedMs ?? 0, backoff));
}

/**
 * `Retry-After` in seconds. Without one, a 429 of Intercom's ends when its window starts anew (unix seconds);
 * on other answers that header only tells how much of the window is left.
 */
function retryAfterMs({ headers, status }: Response): number | undefined {
	const seconds = Number(headers.get('retry-after') ?? Number.NaN);
	if (seconds >= 0) return seconds * 1000;
	if (status !== 429) return undefined;
	const resetAt = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
	return resetAt > 0 ? resetAt * 1000 - Date.now() : undefined;
}
