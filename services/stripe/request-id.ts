/**
 * The request that this answer is of: events name the one that caused them by the same id.
 * https://docs.stripe.com/api/request_ids
 */
export function requestIdOf(answer: object): string | null {
	if (!('lastResponse' in answer)) return null;
	const { lastResponse } = answer;
	if (typeof lastResponse !== 'object' || lastResponse === null) return null;
	return 'requestId' in lastResponse && typeof lastResponse.requestId === 'string'
		? lastResponse.requestId
		: null;
}
