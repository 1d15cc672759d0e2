import { Failure } from '../failure.ts';

/**
 * Whether what failed may have been done all the same: the answer was lost, Stripe failed, or a request with the
 * same key is still under way (409). https://docs.stripe.com/error-low-level
 */
export function mayHaveHappened(error: unknown): boolean {
	if (error instanceof Failure) return false;
	if (!(error instanceof Error) || !('type' in error) || !('statusCode' in error)) return true;
	const { type, statusCode } = error;
	if (type === 'StripeIdempotencyError' || typeof statusCode !== 'number') return true;
	return statusCode === 409 || statusCode >= 500;
}
