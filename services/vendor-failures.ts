import { explainFailure, type Explain, type Failure } from './failure.ts';

/** How a trigger, which has nobody to ask, reads what goes wrong between it and its vendor. */
export interface VendorFailures {
	toFailure(error: unknown): Failure;
	messageOf(error: unknown): string;
	/** Whether the same may succeed later without anybody changing the flow. */
	isPassing(error: unknown): boolean;
	/** The vendor does not take the credential: nothing will work until somebody mends it. */
	isDeadCredential(error: unknown): boolean;
}

/** Refusals that end by themselves, or once somebody mends the credential: the work waits for that. */
const PASSING_CODES: ReadonlySet<number> = new Set([401, 403, 409, 429]);
const CREDENTIAL_CODES: ReadonlySet<number | undefined> = new Set([401, 403]);

export function failuresExplainedBy(explain: Explain): VendorFailures {
	const toFailure = (error: unknown) => explainFailure(error, [explain]);
	return {
		toFailure,
		messageOf: (error) => toFailure(error).message,
		isPassing(error) {
			const { httpCode, code } = toFailure(error).details;
			if (httpCode !== undefined) return httpCode >= 500 || PASSING_CODES.has(httpCode);
			// The vendor did not answer at all, or the store was not at hand.
			return explain(error) !== undefined || (code?.startsWith('store_') ?? false);
		},
		isDeadCredential: (error) => CREDENTIAL_CODES.has(toFailure(error).details.httpCode),
	};
}
