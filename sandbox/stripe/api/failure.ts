/** The `error` object of Stripe's error answers. https://docs.stripe.com/api/errors */
export interface FailureBody {
	readonly type: 'invalid_request_error' | 'idempotency_error' | 'card_error' | 'api_error';
	readonly message: string;
	readonly code?: string;
	readonly param?: string;
	readonly decline_code?: string;
	readonly advice_code?: string;
	readonly payment_intent?: unknown;
	readonly payment_method?: unknown;
	readonly setup_intent?: unknown;
}

/** An error answer on its way out of a handler. */
export interface Failure extends Error {
	readonly status: number;
	readonly body: FailureBody;
	/** False when the endpoint never began to run: such an answer is not kept under an idempotency key. */
	readonly executed: boolean;
}

export function failure(status: number, body: FailureBody, executed = true): Failure {
	return Object.assign(new Error(body.message), { status, body, executed });
}

export function isFailure(error: unknown): error is Failure {
	return error instanceof Error && 'status' in error && 'body' in error && 'executed' in error;
}

/** 400: the request makes no sense in the present state. */
export function invalidRequest(message: string, more: Partial<FailureBody> = {}): Failure {
	return failure(400, { type: 'invalid_request_error', message, ...more });
}

/** 400: a parameter has the wrong form; found before the endpoint runs. */
export function invalidParameter(message: string, param: string, code?: string): Failure {
	const body: FailureBody = { type: 'invalid_request_error', message, param };
	return failure(400, code === undefined ? body : { ...body, code }, false);
}

/** 404 for an id in the path, 400 for one in a parameter. */
export function missingResource(kind: string, id: string, param = 'id', hint = ''): Failure {
	return failure(param === 'id' ? 404 : 400, {
		type: 'invalid_request_error',
		code: 'resource_missing',
		message: `No such ${kind}: '${id}'${hint && `; ${hint}`}`,
		param,
	});
}

/** The answer as Stripe shapes it; codes link to their page. */
export function failureJson(body: FailureBody): unknown {
	const link = body.code && {
		doc_url: `https://docs.stripe.com/error-codes/${body.code.replaceAll('_', '-')}`,
	};
	return { error: { ...body, ...link } };
}
