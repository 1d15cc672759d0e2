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
	/** This endpoint said "too many": it rests for `waitMs`, and everything goes a little slower for a while. */
	slowDown(endpoint: string, waitMs: number): void;
}

interface Clock {
	/** Milliseconds on any steady scale. */
	readonly now: () => number;
	readonly sleep: (ms: number) => Promise<void>;
}

// A little under the limit: the other side's second does not begin when ours does.
const SHARE = 0.98;
/**
 * What may go out early, to make up for moments in which nothing was asked: so many, and no more than this part
 * of a second's. More at once would jam this process, and what then leaves late falls into the next second.
 */
const BURST = { requests: 10, share: 0.4 };

/**
 * What a refusal takes off the pace, those that come together counting as one, and what each second gives back:
 * hardly felt where it comes from uneven ways to the vendor, and a balance where others use the same allowance.
 */
const SLOWER = 0.975;
const TOGETHER_MS = 200;
const FASTER_PER_SECOND = 0.05;
const SLOWEST_PACE = 1 / 8;

/**
 * Spaces requests under two limits. Evenly rather than in bursts, because how a vendor counts its seconds is
 * not known, and a refused request costs more time than a spaced one.
 */
export function createRateBudget(limits: RateLimits, clock: Clock = REAL_CLOCK): RateBudget {
	let pace = 1;
	let pacedAt = Number.NEGATIVE_INFINITY;
	const paceNow = () =>
		Math.min(1, pace + (Math.max(0, clock.now() - pacedAt) / 1000) * FASTER_PER_SECOND);

	const byEndpoint = new Map<string, Line>();
	const everything = createLine(limits.perSecond, paceNow, clock);
	const lineOf = (endpoint: string) => {
		const line =
			byEndpoint.get(endpoint) ?? createLine(limits.perEndpoint(endpoint), paceNow, clock);
		byEndpoint.set(endpoint, line);
		return line;
	};

	return {
		async admit(endpoint) {
			// Who is first in the narrower line waits in the common one: there is one of each endpoint there.
			await lineOf(endpoint).pass(async () => await everything.pass());
		},
		slowDown(endpoint, waitMs) {
			const now = clock.now();
			lineOf(endpoint).holdUntil(now + waitMs);
			if (now < pacedAt + TOGETHER_MS) return;
			pace = Math.max(SLOWEST_PACE, paceNow() * SLOWER);
			pacedAt = now + waitMs;
		},
	};
}

interface Line {
	/** Resolves when it was this one's turn, and after what comes between its turn and its departure. */
	pass(beforeDeparture?: () => Promise<void>): Promise<void>;
	holdUntil(moment: number): void;
}

function createLine(perSecond: number, paceNow: () => number, { now, sleep }: Clock): Line {
	const most = Math.max(1, Math.floor(perSecond));
	let last: Promise<void> = Promise.resolve();
	let next = 0;
	/** When the latest ones really left: after a pause of this process, many are late and leave together. */
	let departures: readonly number[] = [];

	const secondMs = () => 1000 / (paceNow() * SHARE);
	const savedUpMs = () => Math.min(BURST.requests / perSecond, BURST.share) * secondMs();
	const freeAt = () => {
		const asManyAgo = departures.length < most ? 0 : (departures[0] ?? 0) + secondMs();
		return Math.max(next, asManyAgo);
	};
	const turn = async (beforeDeparture?: () => Promise<void>) => {
		for (let at = freeAt(); at > now(); at = freeAt()) await sleep(at - now());
		await beforeDeparture?.();
		next = Math.max(next, now() - savedUpMs()) + secondMs() / perSecond;
		departures = [...departures, now()].slice(-most);
	};

	return {
		async pass(beforeDeparture) {
			last = last.then(async () => await turn(beforeDeparture));
			await last;
		},
		// Who is refused has nothing saved up, either.
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
