import { isControlPath } from '../kernel/control.ts';
import {
	createStandIn,
	routeName,
	type Reply,
	type Route,
	type StandIn,
	type StandInRequest,
} from '../kernel/http.ts';
import type { Account } from './account.ts';
import { API_VERSION } from './account.ts';
import type { Endpoint } from './api/endpoint.ts';
import { refuseJsonBody } from './api/endpoint.ts';
import { failure, failureJson, isFailure, type Failure } from './api/failure.ts';
import { createIdempotency, keyOf } from './api/idempotency.ts';
import type { Authority, Keys } from './api/keys.ts';
import { createRateCounter, LIMITS } from './api/limits.ts';
import type { Settings } from './settings.ts';

export interface ServerOptions {
	readonly endpoints: readonly Endpoint[];
	/** Routes beside the API: hosted pages and the control API. */
	readonly otherRoutes: readonly Route[];
	readonly settings: Settings;
	readonly keys: Keys;
	/** The account of a request, by mode and `Stripe-Account`. */
	readonly accountFor: (livemode: boolean, connected: string | undefined) => Account;
	readonly newRequestId: () => string;
}

export interface StripeServer {
	readonly standIn: StandIn;
	/** Forgets idempotency keys and what was counted for the rate limits. */
	readonly forget: () => void;
}

/** What is known of a request under way; it travels beside the request, which the kernel owns. */
interface Passage {
	readonly id: string;
	authority?: Authority;
	account?: Account;
	/** False as long as no endpoint has begun to run. */
	executed: boolean;
	replayed: boolean;
}

/** The way of every API request: key, limits, version, idempotency, permission, endpoint. */
export function createServer(options: ServerOptions): StripeServer {
	const { keys, settings } = options;
	const idempotency = createIdempotency();
	const rates = createRateCounter();
	const passages = new WeakMap<StandInRequest, Passage>();
	const permissions = new Map(options.endpoints.map((one) => [routeName(one), one.permission]));

	const passageOf = (request: StandInRequest): Passage => {
		const known = passages.get(request);
		if (known) return known;
		const passage = { id: options.newRequestId(), executed: false, replayed: false };
		passages.set(request, passage);
		return passage;
	};

	const refusable = (request: StandInRequest, happen: () => Reply | undefined) => {
		try {
			return happen();
		} catch (error) {
			if (!isFailure(error)) throw error;
			passageOf(request).executed = error.executed;
			return replyTo(error);
		}
	};

	const admit = (passage: Passage, request: StandInRequest, route: Route | null) => {
		const authority = keys.authorize(request.headers['authorization']);
		const account = options.accountFor(authority.livemode, request.headers['stripe-account']);
		passage.authority = authority;
		passage.account = account;
		if (settings.rateLimits) checkRate(account, route);
		checkVersion(request.headers['stripe-version']);
		if (route) {
			const permission = permissions.get(routeName(route)) ?? '';
			keys.demand(authority, permission, route.method, account.id);
		}
		refuseJsonBody(request);
		const replay = idempotency.claim(scopeOf(account), request);
		passage.replayed = replay !== undefined;
		return replay;
	};

	const checkRate = (account: Account, route: Route | null) => {
		const now = Date.now();
		const scope = scopeOf(account);
		const name = route ? routeName(route) : '';
		const ofEndpoint = name.endsWith('/search') ? LIMITS.search : LIMITS.endpoint;
		const inAll = account.livemode ? LIMITS.live : LIMITS.test;
		if (
			!rates.admit(`${scope} ${name}`, settings.requestsPerEndpoint ?? ofEndpoint, now) ||
			!rates.admit(scope, settings.requestsPerSecond ?? inAll, now)
		) {
			throw tooManyRequests();
		}
	};

	const routes: Route[] = options.endpoints.map((one) => ({
		method: one.method,
		path: one.path,
		handle: (request) => {
			const passage = passageOf(request);
			const { account } = passage;
			if (!account) throw new Error('A request reached its endpoint without an account');
			passage.executed = true;
			const answer = () => one.answer(account, request);
			const cause = { id: passage.id, idempotency_key: keyOf(request) };
			account.catchUp();
			return (
				refusable(request, () =>
					request.method === 'GET' ? answer() : account.causedBy(cause, answer),
				) ?? { status: 500 }
			);
		},
	}));

	const standIn = createStandIn({
		name: 'Stripe',
		routes: [...routes, ...options.otherRoutes],
		errorReply: (status, message) => replyTo(injected(status, message)),
		before(request, route) {
			if (!request.path.startsWith('/v1/')) return undefined;
			const passage = passageOf(request);
			return refusable(request, () => admit(passage, request, route));
		},
		after(request, _route, reply) {
			if (isControlPath(request.path) || !request.path.startsWith('/v1/')) return reply;
			const passage = passageOf(request);
			const { account } = passage;
			if (account && !passage.replayed) {
				idempotency.settle(scopeOf(account), request, reply, passage.executed);
			}
			return withHeaders(reply, passage, request);
		},
	});

	return {
		standIn,
		forget() {
			idempotency.clear();
			rates.clear();
		},
	};
}

function scopeOf(account: Account): string {
	return `${account.id} ${account.livemode ? 'live' : 'test'}`;
}

function replyTo({ status, body }: Failure): Reply {
	return { status, json: failureJson(body) };
}

function withHeaders(reply: Reply, passage: Passage, request: StandInRequest): Reply {
	const key = keyOf(request);
	return {
		...reply,
		headers: {
			'request-id': passage.id,
			'stripe-version': request.headers['stripe-version'] ?? API_VERSION,
			...(key !== null && {
				'idempotency-key': key,
				'original-request': reply.headers?.['request-id'] ?? passage.id,
			}),
			...(reply.status === 409 && { 'stripe-should-retry': 'true' }),
			...reply.headers,
			...(passage.replayed && { 'request-id': passage.id }),
		},
	};
}

/** Dates with an optional release name; bodies are those of one version whatever is asked for. */
function checkVersion(version: string | undefined) {
	if (version === undefined || /^\d{4}-\d{2}-\d{2}(\.[a-z]+)?$/.test(version)) return;
	throw failure(
		400,
		{
			type: 'invalid_request_error',
			message: `Invalid Stripe API version: ${version}`,
		},
		false,
	);
}

/** https://docs.stripe.com/rate-limits */
function tooManyRequests(): Failure {
	return failure(
		429,
		{
			type: 'invalid_request_error',
			code: 'rate_limit',
			message:
				'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
		},
		false,
	);
}

/** An injected fault, in the words that Stripe has for its status. */
function injected(status: number, message: string): Failure {
	switch (status) {
		case 404:
			return failure(404, { type: 'invalid_request_error', message });
		case 409:
			return failure(409, {
				type: 'invalid_request_error',
				code: 'lock_timeout',
				message:
					'This object cannot be accessed right now because another API request or Stripe process is currently accessing it. If you see this error intermittently, retry the request.',
			});
		case 429:
			return tooManyRequests();
		default:
			return failure(status, {
				type: status >= 500 ? 'api_error' : 'invalid_request_error',
				message,
			});
	}
}
