import { withoutAddresses } from '../addresses.ts';
import { Failure, type Explain } from '../failure.ts';
import { NOT_ANSWERED } from './client.ts';

/** What the SDK's errors carry; read by shape, so that explaining does not load the SDK. */
interface IntercomErrorShape {
	readonly statusCode?: number;
	readonly body?: unknown;
	readonly cause?: unknown;
}

/** Intercom's errors in an operator's words. The SDK's own message holds the whole body, so it is never shown. */
export const explainIntercom: Explain = (error) => {
	if (!isIntercomError(error)) return undefined;
	const statusCode = error.statusCode === NOT_ANSWERED ? undefined : error.statusCode;
	const [first] = errorsOf(error.body);
	const message = first?.message ?? first?.code ?? 'no readable answer';
	return new Failure(`Intercom: ${withoutAddresses(message)}`, {
		...(statusCode === undefined ? {} : { httpCode: statusCode }),
		...(first?.code === undefined ? {} : { code: first.code }),
		...hintFor(statusCode, first?.code),
		...requestIdOf(error.body),
	});
};

/** The status of an answer that the SDK turned into an error; undefined for anything else. */
export function statusOf(error: unknown): number | undefined {
	return isIntercomError(error) ? error.statusCode : undefined;
}

export function messageOf(error: unknown): string {
	return isIntercomError(error) ? (errorsOf(error.body)[0]?.message ?? '') : '';
}

function isIntercomError(error: unknown): error is Error & IntercomErrorShape {
	return error instanceof Error && 'rawResponse' in error && 'body' in error;
}

function errorsOf(body: unknown): ReadonlyArray<{ code?: string; message?: string }> {
	if (typeof body !== 'object' || body === null) return [];
	if ('errors' in body && Array.isArray(body.errors)) return body.errors as [];
	return 'message' in body && typeof body.message === 'string' ? [{ message: body.message }] : [];
}

function requestIdOf(body: unknown): { requestId?: string } {
	return typeof body === 'object' &&
		body !== null &&
		'request_id' in body &&
		typeof body.request_id === 'string'
		? { requestId: body.request_id }
		: {};
}

function hintFor(status: number | undefined, code: string | undefined): { hint?: string } {
	switch (status) {
		case 401:
			return {
				hint: 'Check the access token in the Intercom Message credential, and that the region is the one of your workspace.',
			};
		case 403:
			return {
				hint:
					code === 'api_plan_restricted'
						? 'Your Intercom plan does not include this part of the API.'
						: 'The app of this token lacks a permission. Grant it in the Developer Hub.',
			};
		case 404:
			return {
				hint: 'Intercom does not know this contact, admin or object. A contact made seconds ago may not be ready yet.',
			};
		case 429:
			return {
				hint: 'Intercom limits requests per 10 seconds, and waiting did not help. Run again later or lower the load of other flows.',
			};
		default:
			return status === undefined || status >= 500
				? {
						hint: 'Intercom may or may not have done it. Look before you send a message again: Intercom has no protection against repeats.',
					}
				: {};
	}
}
