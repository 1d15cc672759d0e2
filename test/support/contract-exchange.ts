import { isControlPath } from '../../sandbox/kernel/control.ts';
import type { Exchange, StandInRequest } from '../../sandbox/kernel/http.ts';
import { loadContract } from './contract.ts';

/**
 * What a route takes and what it answers on success, as names of test/contract/types.ts.
 * `null`: no parameters, an empty answer. `query`: a JSON route that also takes parameters in its address.
 */
export type RouteContract = readonly [takes: string | null, answers: string | null, query?: string];

export interface VendorContract {
	/** Whether parameters travel urlencoded (in query or body), or as JSON (in the query on GET). */
	readonly encoding: 'form' | 'json';
	/** The vendor's error body. */
	readonly error: string;
	/** By method and path, parameters written as `:`, e.g. `POST /v1/customers/:`. */
	readonly routes: Readonly<Record<string, RouteContract>>;
	/** Paths outside the API, such as hosted pages, have no contract. */
	readonly isApiPath: (path: string) => boolean;
	/** The type of an answer may depend on the version that was asked for. */
	readonly answerFor?: (type: string, request: StandInRequest) => string;
}

export interface CheckOptions {
	/**
	 * `checked` (default): a request must be valid even where the stand-in refuses it, as every request of the
	 * product must. `free`: for suites that send wrong parameters to see them refused.
	 */
	readonly refusedRequests?: 'checked' | 'free';
}

/** Loaded while no clock of a test or hook runs: the first use after a change generates the schema. */
const contract = loadContract();

/** The problems of one exchange, each naming its side; empty when it keeps the contract. */
export function checkExchange(
	vendor: VendorContract,
	{ route, request, reply, isInjected }: Exchange,
	{ refusedRequests = 'checked' }: CheckOptions = {},
): string[] {
	if (isControlPath(request.path) || !vendor.isApiPath(request.path)) return [];
	const isRefused = reply.status >= 400 && reply.status < 500;
	const isRequestFree = isRefused && refusedRequests === 'free';
	const problems: string[] = [];

	const routeContract = route && vendor.routes[route.replace(/:\w+/g, ':')];
	if (routeContract) {
		const [takes, answers, query] = routeContract;
		if (!isRequestFree) problems.push(...checkRequest(vendor, request, takes, query));
		if (reply.status < 400 && !isInjected) {
			problems.push(...checkAnswer(vendor, { request, reply }, answers));
		}
	} else if (!isRequestFree) {
		problems.push('is a route without a contract');
	}
	if (reply.status >= 400) {
		problems.push(...label('error', contract.json(vendor.error, reply.json)));
	}
	return problems;
}

function checkRequest(
	vendor: VendorContract,
	{ method, query, rawBody }: StandInRequest,
	takes: string | null,
	queryType: string | undefined,
): string[] {
	if (vendor.encoding === 'form') {
		const form = [query.toString(), rawBody].filter((part) => part !== '').join('&');
		if (takes === null) return form === '' ? [] : [`request takes no parameters: ${form}`];
		return label('request', contract.form(takes, form));
	}
	const inAddress = method === 'GET' ? takes : queryType;
	const problems = inAddress
		? label('query', contract.form(inAddress, query.toString()))
		: query.size > 0
			? [`request takes no query: ${query.toString()}`]
			: [];
	if (method === 'GET') return problems;
	if (takes === null) {
		return rawBody === '' ? problems : [...problems, `request takes no body: ${rawBody}`];
	}
	return [...problems, ...label('request', contract.json(takes, parse(rawBody)))];
}

function checkAnswer(
	vendor: VendorContract,
	{ request, reply }: Pick<Exchange, 'request' | 'reply'>,
	answers: string | null,
): string[] {
	if (reply.html !== undefined) return ['answer is a page'];
	if (answers === null) return reply.json === undefined ? [] : ['answer should be empty'];
	const type = vendor.answerFor?.(answers, request) ?? answers;
	// As the caller reads it: properties that are undefined do not travel.
	const wire: unknown = parse(JSON.stringify(reply.json) ?? '');
	return label('answer', contract.json(type, wire));
}

function label(side: string, problems: readonly string[]): string[] {
	return problems.map((problem) => `${side} ${problem}`);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
