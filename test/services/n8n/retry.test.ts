import { Failure } from '../../../services/failure.ts';
import type { Fetch } from '../../../services/n8n/fetch.ts';
import { withRetries, type MayRepeat } from '../../../services/n8n/retry.ts';

type Answer = Response | 'lost';
const TOO_MANY = () => new Response('', { status: 429, headers: { 'retry-after': '3' } });

function play(answers: Answer[], mayRepeat: MayRepeat = (_, reply) => !reply?.ok) {
	const waits: number[] = [];
	const sent: Array<RequestInit | undefined> = [];
	const fetch: Fetch = async (_url, init) => {
		sent.push(init);
		const answer = answers.shift();
		if (!answer || answer === 'lost') throw new Failure('No answer');
		return answer;
	};
	const send = withRetries(fetch, mayRepeat, {
		sleep: async (ms) => void waits.push(ms),
		random: () => 1,
	});
	return { send, waits, sent };
}

describe('withRetries', () => {
	it('doubles the delay and gives the answer that stands at last', async () => {
		const bad = () => new Response('', { status: 500 });
		const { send, waits } = play([bad(), bad(), bad(), new Response('', { status: 503 })]);
		expect((await send('http://x')).status).toBe(503);
		expect(waits).toEqual([500, 1000, 2000]);
	});

	it('waits as long as the other side asks', async () => {
		const { send, waits } = play([TOO_MANY(), new Response('ok')]);
		expect((await send('http://x')).status).toBe(200);
		expect(waits).toEqual([3000]);
	});

	it("waits until Intercom's window starts anew", async () => {
		const resetAt = String(Math.ceil(Date.now() / 1000) + 7);
		const full = new Response('', { status: 429, headers: { 'x-ratelimit-reset': resetAt } });
		const { send, waits } = play([full, new Response('ok')]);
		expect((await send('http://x')).status).toBe(200);
		expect(waits[0]).toBeGreaterThan(6000);
		expect(waits[0]).toBeLessThanOrEqual(8000);
	});

	it('does not wait for that window after an error of another kind', async () => {
		const resetAt = String(Math.ceil(Date.now() / 1000) + 7);
		const broken = new Response('', { status: 503, headers: { 'x-ratelimit-reset': resetAt } });
		const { send, waits } = play([broken, new Response('ok')]);
		await send('http://x');
		expect(waits).toEqual([500]);
	});

	it('repeats a lost connection with the same request and throws when it stays lost', async () => {
		const { send, sent } = play(['lost', 'lost', 'lost', 'lost']);
		await expect(send('http://x', { method: 'POST', body: 'a' })).rejects.toThrow('No answer');
		expect(sent).toEqual(Array(4).fill({ method: 'POST', body: 'a' }));
	});

	it('sends once what may not be repeated', async () => {
		const { send, sent } = play([TOO_MANY(), new Response('ok')], () => false);
		expect((await send('http://x')).status).toBe(429);
		expect(sent).toHaveLength(1);
	});
});
