/**
 * Stripe keeps the first answer to an idempotency key for a day, failures included, and gives it again.
 * https://docs.stripe.com/api/idempotent_requests
 */
export function isReplay(answer: object): boolean {
	const headers = 'headers' in answer ? answer.headers : undefined;
	return headerOf(headers, 'idempotent-replayed') === 'true';
}

/** The SDK gives the headers of an answer as `Headers`, those of an error as a plain object. */
function headerOf(headers: unknown, name: string): unknown {
	if (headers instanceof Headers) return headers.get(name);
	return typeof headers === 'object' && headers !== null
		? (headers as Record<string, unknown>)[name]
		: undefined;
}

/** The key was used with other parameters, or its stored answer is a failure of an earlier call. */
export function isSpentKey(error: unknown): error is object {
	if (typeof error !== 'object' || error === null || !('type' in error)) return false;
	return error.type === 'StripeIdempotencyError' || isReplay(error);
}

/** The key of the n-th attempt at one effect: the first is the effect's own. */
export function keyOfGeneration(key: string, generation: number): string {
	return generation === 1 ? key : `${key}/${generation}`;
}
