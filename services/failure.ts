/** What went wrong, in words that an operator can act on. Never holds a secret, a response body or personal data. */
export interface FailureDetails {
	/** What to do about it. */
	readonly hint?: string;
	readonly httpCode?: number;
	/** The vendor's id of the request, for a question to their support. */
	readonly requestId?: string;
	/** The vendor's machine-readable code (`resource_missing`). */
	readonly code?: string;
	/** An unexpected error, kept for its stack. Never a vendor's: those carry whole requests. */
	readonly cause?: Error;
}

/** The one error that operations and services throw on purpose; the runner turns it into n8n's errors. */
export class Failure extends Error {
	override readonly name = 'Failure';
	readonly details: FailureDetails;

	constructor(message: string, details: FailureDetails = {}) {
		super(message, { cause: details.cause });
		this.details = details;
	}
}

/** A vendor's reading of an error: undefined when the error is not the vendor's. */
export type Explain = (error: unknown) => Failure | undefined;

/** Any error in words that an operator can act on. */
export function explainFailure(error: unknown, vendors: readonly Explain[]): Failure {
	if (error instanceof Failure) return error;
	for (const vendor of vendors) {
		const failure = vendor(error);
		if (failure) return failure;
	}
	return error instanceof Error
		? new Failure(error.message, { cause: error })
		: new Failure(String(error));
}
