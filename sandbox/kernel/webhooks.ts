/** How the sending of one notification stands. */
export type DeliveryState = 'pending' | 'delivered' | 'given_up';

const ANSWER_TIMEOUT_MS = 5_000;

export function stateAfter(status: number, mayTryAgain: boolean): DeliveryState {
	if (status >= 200 && status < 300) return 'delivered';
	return mayTryAgain ? 'pending' : 'given_up';
}

/** One try. Resolves to the status, or to 0 where no answer came: that is an ordinary outcome here. */
export async function postWebhook(
	url: string,
	body: string,
	headers: Readonly<Record<string, string>>,
): Promise<number> {
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', ...headers },
			body,
			signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
		});
		await response.arrayBuffer();
		return response.status;
	} catch {
		return 0;
	}
}
