import type { Exchange } from '../../sandbox/kernel/http.ts';
import { checkExchange } from '../support/contract-exchange.ts';
import { loadContract } from '../support/contract.ts';
import { INTERCOM } from './intercom-routes.ts';
import { STRIPE } from './stripe-routes.ts';

interface Call {
	readonly route?: string | null;
	readonly path?: string;
	readonly query?: string;
	readonly body?: string;
	readonly status?: number;
	readonly answer?: unknown;
	readonly html?: string;
	readonly isInjected?: boolean;
}

function exchange({
	route = null,
	path = '/v1/x',
	query = '',
	body = '',
	isInjected = false,
	...reply
}: Call): Exchange {
	return {
		route,
		request: {
			method: route?.split(' ')[0] ?? 'GET',
			path,
			params: {},
			query: new URLSearchParams(query),
			headers: {},
			rawBody: body,
		},
		reply: {
			status: reply.status ?? 200,
			json: reply.answer,
			...(reply.html === undefined ? {} : { html: reply.html }),
		},
		isInjected,
	};
}

const CLOCK = {
	id: 'clock_1',
	object: 'test_helpers.test_clock',
	created: 1800000000,
	deletes_after: 1800000000,
	frozen_time: 1800000000,
	livemode: false,
	name: null,
	status: 'ready',
	status_details: {},
};
const REFUSAL = { error: { type: 'invalid_request_error', message: 'No such thing' } };

describe('the contracts of the routes', () => {
	it.each([
		['Stripe', STRIPE],
		['Intercom', INTERCOM],
	])('of %s name types that exist', (_, { routes, error }) => {
		const named = [error, ...Object.values(routes).flat()].filter(
			(type) => typeof type === 'string',
		);
		expect(named.filter((type) => !loadContract().types.includes(type))).toEqual([]);
	});

	it.each<[string, Call, string[]]>([
		[
			'nothing where both sides are valid',
			{ route: 'POST /v1/test_helpers/test_clocks', body: 'frozen_time=1800000000', answer: CLOCK },
			[],
		],
		[
			'a wrong parameter in the body',
			{ route: 'POST /v1/test_helpers/test_clocks', body: 'frozen_time=soon', answer: CLOCK },
			['request /frozen_time is "soon", expected number'],
		],
		[
			'a wrong parameter in the query',
			{
				route: 'GET /v1/test_helpers/test_clocks',
				query: 'limit=10&order=asc',
				answer: {
					object: 'list',
					data: [CLOCK],
					has_more: false,
					url: '/v1/test_helpers/test_clocks',
				},
			},
			['request /order is unknown'],
		],
		[
			'a parameter where there is none',
			{
				route: 'DELETE /v1/test_helpers/test_clocks/:clock',
				body: 'force=true',
				answer: { id: 'clock_1', object: 'test_helpers.test_clock', deleted: true },
			},
			['request takes no parameters: force=true'],
		],
		[
			'a wrong answer',
			{ route: 'GET /v1/test_helpers/test_clocks/:id', answer: { ...CLOCK, frozen_time: null } },
			['answer /frozen_time is null, expected number'],
		],
		[
			'a wrong error',
			{ route: 'GET /v1/test_helpers/test_clocks/:id', status: 404, answer: { message: 'no' } },
			['error /error is missing', 'error /message is unknown'],
		],
		[
			'a route without a contract',
			{ status: 404, answer: REFUSAL },
			['is a route without a contract'],
		],
		[
			'nothing in the answer of an injected fault',
			{ route: 'GET /v1/balance', html: '<html>', isInjected: true },
			[],
		],
		[
			'a page where data was promised',
			{ route: 'GET /v1/balance', html: '<html>' },
			['answer is a page'],
		],
		['nothing on a hosted page', { path: '/pay/cs_1', html: '<html>' }, []],
		['nothing on a control route', { path: '/_control/state', answer: {} }, []],
	])('find %s', (_, call, problems) => {
		expect(checkExchange(STRIPE, exchange(call))).toEqual(problems);
	});

	it.each<[string, Call, string[]]>([
		[
			'nothing where an empty answer is due',
			{
				route: 'POST /events',
				body: '{"event_name":"trial-started","created_at":1800000000,"user_id":"u_1"}',
				status: 202,
			},
			[],
		],
		[
			'a body where an empty answer is due',
			{
				route: 'POST /events',
				body: '{"event_name":"trial-started","created_at":1800000000,"user_id":"u_1"}',
				answer: {},
			},
			['answer should be empty'],
		],
		[
			'a body that is no JSON',
			{ route: 'POST /tags', body: 'name=x', answer: { type: 'tag', id: '1', name: 'x' } },
			['request / is undefined, expected object'],
		],
		[
			'a text in the query where a number is due',
			{ route: 'GET /contacts', query: 'per_page=many', answer: { type: 'list' } },
			['query /per_page is "many", expected number'],
		],
		[
			'a wrong parameter in the query of a POST',
			{ route: 'POST /companies/list', query: 'per_page=many', answer: { type: 'list' } },
			['query /per_page is "many", expected number'],
		],
		[
			'a query where there is none',
			{ route: 'GET /me', query: 'x=1', answer: { type: 'admin' } },
			['request takes no query: x=1'],
		],
	])('of Intercom find %s', (_, call, problems) => {
		expect(checkExchange(INTERCOM, exchange(call))).toEqual(problems);
	});

	it('leave a refused request free where the suite asks for it, but not its answer', () => {
		const refused = exchange({
			route: 'POST /v1/customers',
			body: 'emial=a%40example.com',
			status: 400,
			answer: REFUSAL,
		});
		expect(checkExchange(STRIPE, refused)).toEqual(['request /emial is unknown']);
		expect(checkExchange(STRIPE, refused, { refusedRequests: 'free' })).toEqual([]);
		const accepted = { ...refused, reply: { status: 400, json: {} } };
		expect(checkExchange(STRIPE, accepted, { refusedRequests: 'free' })).toEqual([
			'error /error is missing',
		]);
	});
});
