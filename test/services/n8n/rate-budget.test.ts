import {
	createRateBudget,
	withinBudget,
	type RateLimits,
} from '../../../services/n8n/rate-budget.ts';

const LIMITS: RateLimits = { perSecond: 100, perEndpoint: () => 25 };

/** A clock that jumps to the end of the sleep that ends first. */
function createClock() {
	let now = 0;
	const sleepers: Array<{ at: number; wake: () => void }> = [];
	return {
		now: () => now,
		sleep: async (ms: number) =>
			await new Promise<void>((wake) => void sleepers.push({ at: now + ms, wake })),
		async run<T>(work: Promise<T>): Promise<T> {
			let isOver = false;
			void work.finally(() => (isOver = true));
			for (;;) {
				for (let turn = 0; turn < 20; turn++) await Promise.resolve();
				if (isOver) return await work;
				sleepers.sort((a, b) => a.at - b.at);
				const sleeper = sleepers.shift();
				if (!sleeper) throw new Error('Nothing to wait for');
				now = sleeper.at;
				sleeper.wake();
			}
		},
	};
}

async function timesOf(endpoints: string[], limits = LIMITS) {
	const clock = createClock();
	const budget = createRateBudget(limits, clock);
	const times = endpoints.map(async (endpoint) => {
		await budget.admit(endpoint);
		return clock.now();
	});
	return await clock.run(Promise.all(times));
}

/** The most requests that fall into any second. */
function mostPerSecond(times: number[]): number {
	return Math.max(
		...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
	);
}

describe('a rate budget', () => {
	it('lets the first request through at once', async () => {
		expect(await timesOf(['a'])).toEqual([0]);
	});

	it('keeps one endpoint under its limit in every second, and loses at most 5 % of it', async () => {
		const times = await timesOf(Array<string>(500).fill('a'));
		expect(mostPerSecond(times)).toBeLessThanOrEqual(25);
		expect(500 / ((times.at(-1) ?? 0) / 1000)).toBeGreaterThan(0.95 * 25);
	});

	it('keeps all endpoints together under the common limit', async () => {
		const times = await timesOf(
			Array.from({ length: 1000 }, (_, index) => `endpoint ${index % 10}`),
		);
		expect(mostPerSecond(times)).toBeLessThanOrEqual(100);
		expect(1000 / ((times.at(-1) ?? 0) / 1000)).toBeGreaterThan(0.95 * 100);
	});

	it('lets other endpoints pass while one is at its limit', async () => {
		const times = await timesOf(['a', 'a', 'b'], { perSecond: 1000, perEndpoint: () => 1 });
		expect(times[2]).toBeLessThan(10);
	});

	it('waits as long as asked and goes at half the pace for a while after a refusal', async () => {
		const clock = createClock();
		const budget = createRateBudget(LIMITS, clock);
		const answers = [new Response('', { status: 429, headers: { 'retry-after': '2' } })];
		const fetch = withinBudget(
			async () => answers.shift() ?? new Response('ok'),
			budget,
			(method, path) => `${method} ${path}`,
		);
		await clock.run(fetch('http://x/a'));
		const at: number[] = [];
		const ask = async () => {
			await fetch('http://x/a');
			at.push(clock.now());
		};
		await clock.run(Promise.all([ask(), ask()]));
		expect(at[0]).toBeGreaterThanOrEqual(2000);
		expect((at[1] ?? 0) - (at[0] ?? 0)).toBeCloseTo(1000 / (25 * 0.98 * 0.5), 0);
	});
});
