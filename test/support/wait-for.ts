const POLL_MS = 100;

/** Asks again until there is an answer; fails with what was waited for. */
export async function waitFor<Answer>(
	what: string,
	probe: () => Promise<Answer | undefined>,
	timeoutMs = 30_000,
): Promise<Answer> {
	const deadline = Date.now() + timeoutMs;
	for (;;) {
		const answer = await probe();
		if (answer !== undefined) return answer;
		if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs / 1000} s in vain for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, POLL_MS));
	}
}
