import { Failure } from '../../services/failure.ts';
import { explainIntercom } from '../../services/intercom/explain.ts';

const PASSING_CODES = new Set([401, 403, 409, 429]);

export function toFailure(error: unknown): Failure {
	if (error instanceof Failure) return error;
	const explained = explainIntercom(error);
	if (explained) return explained;
	return error instanceof Error
		? new Failure(error.message, { cause: error })
		: new Failure(String(error));
}

export function messageOf(error: unknown): string {
	return toFailure(error).message;
}

/** Whether the same may succeed later without anybody changing the flow. */
export function isPassing(error: unknown): boolean {
	const { httpCode, code } = toFailure(error).details;
	if (httpCode !== undefined) return httpCode >= 500 || PASSING_CODES.has(httpCode);
	return explainIntercom(error) !== undefined || (code?.startsWith('store_') ?? false);
}

/** Intercom does not take the token: nothing will work until somebody mends the credential. */
export function isDeadCredential(error: unknown): boolean {
	const { httpCode } = toFailure(error).details;
	return httpCode === 401 || httpCode === 403;
}
