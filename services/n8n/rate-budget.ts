import { sleep as realSleep } from 'n8n-workflow';
import type { Fetch } from './fetch.ts';

export interface RateLimits {
	/** Requests per second in all. */
	readonly perSecond: number;
	/** Requests per second to one endpoint. */
	readonly perEndpoint: (endpoint: string) => number;
}

export interface RateBudget {
	/** Resolves when a request to this endpoint may go out; requests are let through in the order of asking. */
	admit(endpoint: string): Promise<void>;
	/** This endpoint said "too many": it rests for `waitMs`, and everything goes at half the pace for a while. */
	slowDown(endpoint: string, waitMs: number): void;
}

interface Clock {
	/** Milliseconds on any steady scale. */
	readonly now: () => number;
	readonly sleep: (ms: number) => Promise<void>;
}

const SLOW_MS = 10_000;
const SLOWEST_PACE = 1 / 8;
// A little under the limit: the other side's second does not begin when ours does.
const SHARE = 0.98;

/**
 * Spaces requests evenly under two limits. Evenly rather than in bursts, because how a vendor counts its
 * seconds is not known, and a refused request costs more time than a spaced one.
 */
export function createRateBudget(limits: RateLimits, clock: Clock = REAL_CLOCK): RateBudget {
	const byEndpoint = new Map<string, Line>();
	const everything = createLine();
	let pace = 1;
	let slowUntil = 0;

	const lineOf = (endpoint: string) => {
		const line = byEndpoint.get(endpoint) ?? createLine();
		byEndpoint.set(endpoint, line);
		return line;
	};
	const waitIn = async (line: Line, perSecond: number) => {
		const now = clock.now();
		const at = line.reserve(now, 1000 / (perSecond * pace * SHARE));
		if (at > now) await clock.sleep(at - now);
	};

	return {
		async admit(endpoint) {
			if (clock.now() >= slowUntil) pace = 1;
			// First the narrower line, so that who waits there takes no place from requests to elsewhere.
			await waitIn(lineOf(endpoint), limits.perEndpoint(endpoint));
			await waitIn(everything, limits.perSecond);
		},
		slowDown(endpoint, waitMs) {
			const now = clock.now();
			pace = Math.max(SLOWEST_PACE, pace / 2);
			slowUntil = now + SLOW_MS;
			lineOf(endpoint).holdUntil(now + waitMs);
		},
	};
}

interface Line {
	/** The next free moment; the one after it is `gapMs` later. */
	reserve(now: number, gapMs: number): number;
	holdUntil(moment: number): void;
}

function createLine(): Line {
	let next = 0;
	return {
		reserve(now, gapMs) {
			const at = Math.max(now, next);
			next = at + gapMs;
			return at;
		},
		holdUntil: (moment) => void (next = Math.max(next, moment)),
	};
}

const REAL_CLOCK: Clock = { now: () => performance.now(), sleep: realSleep };

const shared = new Map<string, RateBudget>();

/** The budget of one credential, shared by all nodes and executions of this process. */
export function sharedRateBudget(key: string, limits: RateLimits): RateBudget {
	const budget = shared.get(key) ?? createRateBudget(limits);
	shared.set(key, budget);
	return budget;
}

/** A `fetch` that keeps within a budget and tells it of refusals. */
export function withinBudget(
	fetch: Fetch,
	budget: RateBudget,
	endpointOf: (method: string, path: string) => string,
): Fetch {
	return async (url, init = {}) => {
		const { pathname } = new URL(url instanceof Request ? url.url : url);
		const endpoint = endpointOf(init.method ?? 'GET', pathname);
		await budget.admit(endpoint);
		const reply = await fetch(url, init);
		if (reply.status === 429) {
			const seconds = Number(reply.headers.get('retry-after') ?? 0);
			budget.slowDown(endpoint, Number.isFinite(seconds) ? seconds * 1000 : 0);
		}
		return reply;
	};
}
