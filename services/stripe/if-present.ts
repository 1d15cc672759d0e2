/** Undefined where Stripe has no such object: https://docs.stripe.com/error-codes#resource-missing */
export async function ifPresent<Answer>(answer: PromiseLike<Answer>): Promise<Answer | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (isMissing(error)) return undefined;
		throw error;
	}
}

function isMissing(error: unknown): boolean {
	return error instanceof Error && 'code' in error && error.code === 'resource_missing';
}
