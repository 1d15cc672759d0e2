import type { Reply, StandInRequest } from '../../kernel/http.ts';
import type { Account } from '../account.ts';
import { invalidParameter } from './failure.ts';
import { decodeForm, decodeFormBody } from './form.ts';
import { array, readParams, text, type Params, type Shape } from './params.ts';

/** What a handler works with. */
export interface Call<P> {
	readonly account: Account;
	readonly params: Params<P>;
	/** The path's parameters: `:id` and so on. */
	readonly path: Readonly<Record<string, string>>;
	/** The path as called: lists carry it. */
	readonly url: string;
}

/** One route of the API: where, which permission a restricted key needs, what it takes, what it does. */
export interface Endpoint {
	readonly method: 'GET' | 'POST' | 'DELETE';
	readonly path: string;
	/** As in `rak_customer_write`, without the verb: reading or writing follows from the method. */
	readonly permission: string;
	readonly answer: (account: Account, request: StandInRequest) => Reply;
}

/** Every call can expand. */
export const expand = array(text());

/** Describes a route; the handler answers an object, a list, or a page to be expanded and sent. */
export function endpoint<P extends object>(
	method: Endpoint['method'],
	path: string,
	permission: string,
	shape: Shape<P>,
	handle: (call: Call<P>) => object,
): Endpoint {
	return {
		method,
		path,
		permission,
		answer(account, request) {
			const form =
				method === 'GET' || request.rawBody === ''
					? decodeForm(request.query)
					: decodeFormBody(request.rawBody);
			const params = readParams<P>(shape, form);
			const answer = handle({ account, params, path: request.params, url: request.path });
			return { status: 200, json: expanded(answer, params, account) };
		},
	};
}

function expanded(answer: object, params: object, account: Account): unknown {
	const paths = 'expand' in params ? (params.expand as readonly string[]) : [];
	return paths.reduce<unknown>((value, path) => account.expand(value, path), answer);
}

/** Refuses a JSON body aloud: Stripe's v1 API reads forms only. */
export function refuseJsonBody(request: StandInRequest) {
	if (request.headers['content-type']?.startsWith('application/json')) {
		throw invalidParameter(
			'Invalid request: send parameters form-encoded, not as JSON.',
			'content-type',
		);
	}
}
