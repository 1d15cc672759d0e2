import type { Reply, Route, StandInRequest } from '../../kernel/http.ts';
import { errorReply, isFailure } from './failure.ts';

/** A route whose failures leave it as Intercom's error answers. */
export function route(
	method: Route['method'],
	path: string,
	handle: (request: StandInRequest) => Reply,
): Route {
	return {
		method,
		path,
		handle(request) {
			try {
				return handle(request);
			} catch (error) {
				if (!isFailure(error)) throw error;
				return errorReply(error.status, error.code, error.message, error.headers);
			}
		},
	};
}

export function ok(json: unknown): Reply {
	return { status: 200, json };
}

/** A parameter of the path. */
export function param({ params }: StandInRequest, name: string): string {
	return params[name] ?? '';
}
