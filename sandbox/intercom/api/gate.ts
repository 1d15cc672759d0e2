import { isControlPath } from '../../kernel/control.ts';
import type { Reply, StandInRequest } from '../../kernel/http.ts';
import type { Settings } from '../settings.ts';
import { errorReply, isFailure } from './failure.ts';
import { versionOf } from './versions.ts';

/** A request as the workspace remembers it. */
export interface Visit {
	readonly method: string;
	readonly path: string;
	/** As sent; null where the app's default decides. */
	readonly version: string | null;
	readonly status: number;
}

export interface Gate {
	/** Token, version, quota: the reply of whichever refuses the request. */
	refuse(request: StandInRequest): Reply | undefined;
	/** Adds the rate headers that every authenticated answer carries, and remembers the visit. */
	leave(request: StandInRequest, reply: Reply): Reply;
	rateHeaders(): Readonly<Record<string, string>>;
	visits(): readonly Visit[];
	clear(): void;
}

const WINDOW_SECONDS = 10;
const REMEMBERED_VISITS = 1_000;

/** https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting */
export function createGate(token: string, settings: Readonly<Settings>): Gate {
	let windowEnd = 0;
	let used = 0;
	let visits: Visit[] = [];

	const limit = () => Math.round((settings.requestsPerMinute * WINDOW_SECONDS) / 60);
	const isAuthenticated = ({ headers }: StandInRequest) =>
		headers['authorization'] === `Bearer ${token}`;

	function startWindowIfOver() {
		const now = Date.now() / 1000;
		if (now < windowEnd) return;
		windowEnd = (Math.floor(now / WINDOW_SECONDS) + 1) * WINDOW_SECONDS;
		used = 0;
	}

	function rateHeaders(): Record<string, string> {
		startWindowIfOver();
		return {
			'x-ratelimit-limit': String(limit()),
			'x-ratelimit-remaining': String(Math.max(0, limit() - used)),
			'x-ratelimit-reset': String(windowEnd),
		};
	}

	return {
		rateHeaders,
		refuse(request) {
			if (isControlPath(request.path)) return undefined;
			if (!isAuthenticated(request)) {
				return errorReply(401, 'unauthorized', 'Access Token Invalid');
			}
			startWindowIfOver();
			used += 1;
			if (settings.rateLimits && used > limit()) {
				const message = `Exceeded rate limit of ${limit()} in ${WINDOW_SECONDS}_seconds`;
				return errorReply(429, 'rate_limit_exceeded', message);
			}
			try {
				versionOf(request);
				return undefined;
			} catch (error) {
				if (!isFailure(error)) throw error;
				return errorReply(error.status, error.code, error.message);
			}
		},
		leave(request, reply) {
			if (isControlPath(request.path)) return reply;
			const { method, path, headers } = request;
			visits.push({
				method,
				path,
				version: headers['intercom-version'] ?? null,
				status: reply.status,
			});
			if (visits.length > 2 * REMEMBERED_VISITS) visits = visits.slice(-REMEMBERED_VISITS);
			if (!isAuthenticated(request)) return reply;
			return { ...reply, headers: { ...reply.headers, ...rateHeaders() } };
		},
		visits: () => visits.slice(-REMEMBERED_VISITS),
		clear() {
			visits = [];
			used = 0;
		},
	};
}
