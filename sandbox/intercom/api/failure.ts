import { randomUUID } from 'node:crypto';
import type { Reply } from '../../kernel/http.ts';

/** An error answer on its way out of a handler. */
export interface Failure extends Error {
	readonly status: number;
	readonly code: string;
	readonly headers: Readonly<Record<string, string>>;
}

export function failure(
	status: number,
	code: string,
	message: string,
	headers: Readonly<Record<string, string>> = {},
): Failure {
	return Object.assign(new Error(message), { status, code, headers });
}

export function isFailure(error: unknown): error is Failure {
	return error instanceof Error && 'status' in error && 'code' in error && 'headers' in error;
}

export function invalid(message: string): Failure {
	return failure(400, 'parameter_invalid', message);
}

export function missing(message: string): Failure {
	return failure(400, 'parameter_not_found', message);
}

/** Intercom calls a contact a user here, whatever its role. */
export const userNotFound = () => failure(404, 'not_found', 'User Not Found');
export const resourceNotFound = () => failure(404, 'not_found', 'Resource Not Found');
export const companyNotFound = () => failure(404, 'company_not_found', 'Company Not Found');

/** https://developers.intercom.com/docs/references/rest-api/errors/error-objects */
export function errorReply(
	status: number,
	code: string,
	message: string,
	headers: Readonly<Record<string, string>> = {},
): Reply {
	return {
		status,
		headers,
		json: { type: 'error.list', request_id: randomUUID(), errors: [{ code, message }] },
	};
}

const CODES: Readonly<Record<number, string>> = {
	400: 'bad_request',
	401: 'unauthorized',
	403: 'forbidden',
	404: 'not_found',
	409: 'conflict',
	422: 'unprocessable_entity',
	429: 'rate_limit_exceeded',
	503: 'service_unavailable',
};

/** The error that a status alone stands for: unknown paths and injected faults. */
export function plainErrorReply(status: number, message: string): Reply {
	return errorReply(status, CODES[status] ?? 'server_error', message);
}
