import {
	createRateBudget,
	withinBudget,
	type RateLimits,
} from '../../../services/n8n/rate-budget.ts';

const LIMITS: RateLimits = { perSecond: 100, perEndpoint: () => 25 };

interface Stall {
	readonly from: number;
	readonly to: number;
}

/** A clock that jumps to the end of the sleep that ends first; nobody wakes during a stall. */
function createClock(stall: Stall = { from: 0, to: 0 }) {
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
				await new Promise(setImmediate);
				if (isOver) return await work;
				sleepers.sort((a, b) => a.at - b.at);
				const sleeper = sleepers.shift();
				if (!sleeper) throw new Error('Nothing to wait for');
				const isStalled = sleeper.at > stall.from && sleeper.at < stall.to;
				now = Math.max(now, isStalled ? stall.to : sleeper.at);
				sleeper.wake();
			}
		},
	};
}

async function timesOf(endpoints: string[], limits = LIMITS, stall?: Stall) {
	const clock = createClock(stall);
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

	it.each([
		['one endpoint', () => 'a', 25],
		['all together', (index: number) => `endpoint ${index % 10}`, 100],
	])(
		'keeps %s under the limit, and up to it, when this process has stood still',
		async (_name, endpointOf, limit) => {
			const endpoints = Array.from({ length: 10 * limit }, (_, index) => endpointOf(index));
			const times = await timesOf(endpoints, LIMITS, { from: 3_000, to: 3_400 });
			expect(mostPerSecond(times)).toBeLessThanOrEqual(limit);
			expect((10 * limit) / ((times.at(-1) ?? 0) / 1000)).toBeGreaterThan(0.93 * limit);
		},
	);

	it.each([
		['ten requests', 50, 10],
		['four tenths of a second', 20, 8],
	])(
		'makes up for moments in which nothing was asked, by %s at most',
		async (_most, perEndpoint, count) => {
			const clock = createClock();
			const budget = createRateBudget({ perSecond: 100, perEndpoint: () => perEndpoint }, clock);
			await clock.run(budget.admit('a'));
			await clock.run(clock.sleep(5_000));
			const times = Array.from({ length: 40 }, async () => {
				await budget.admit('a');
				return clock.now() - 5_000;
			});
			const at = await clock.run(Promise.all(times));
			// The one that is due now, and those saved up.
			expect(at.filter((moment) => moment < 1)).toHaveLength(1 + count);
			expect(at[1 + count]).toBeGreaterThan(1);
		},
	);

	describe('after a refusal', () => {
		const GAP_MS = 1000 / (25 * 0.98);

		/** Asks so often one after the other; gives how long each had to wait. */
		async function gapsAfter(refusals: ReadonlyArray<Record<string, string>>, count: number) {
			const clock = createClock();
			const budget = createRateBudget(LIMITS, clock);
			const answers = refusals.map((headers) => new Response('', { status: 429, headers }));
			const fetch = withinBudget(
				async () => answers.shift() ?? new Response('ok'),
				budget,
				(method, path) => `${method} ${path}`,
			);
			// Past the burst that is allowed at the beginning.
			for (let early = 0; early < 6; early++) await clock.run(budget.admit('GET /a'));
			while (answers.length > 0) await clock.run(fetch('http://x/a'));
			const gaps: number[] = [];
			for (let asked = 0; asked < count; asked++) {
				const before = clock.now();
				await clock.run(fetch('http://x/a'));
				gaps.push(clock.now() - before);
			}
			return gaps;
		}

		it('waits as long as asked', async () => {
			const [first, second] = await gapsAfter([{ 'retry-after': '2' }], 2);
			expect(first).toBeCloseTo(2000, 0);
			expect(second).toBeLessThan(2 * GAP_MS);
		});

		it('goes at a slower pace, and at the full one again soon', async () => {
			const gaps = await gapsAfter([{}], 20);
			expect(Math.max(...gaps)).toBeGreaterThan(1.02 * GAP_MS);
			expect(Math.max(...gaps)).toBeLessThan(1.03 * GAP_MS);
			expect(gaps.at(-1)).toBeCloseTo(GAP_MS, 0);
		});

		it('goes the slower the longer it is refused, but never stops', async () => {
			const refusals = Array<Record<string, string>>(2000).fill({});
			const [gap] = await gapsAfter(refusals, 1);
			expect(gap).toBeGreaterThan(1.3 * GAP_MS);
			expect(gap).toBeLessThan(8.1 * GAP_MS);
		});

		it('takes refusals that come together for one', async () => {
			const clock = createClock();
			const budget = createRateBudget(LIMITS, clock);
			for (let early = 0; early < 6; early++) await clock.run(budget.admit('a'));
			for (let refused = 0; refused < 10; refused++) budget.slowDown('a', 0);
			const before = clock.now();
			for (let asked = 0; asked < 10; asked++) await clock.run(budget.admit('a'));
			expect(clock.now() - before).toBeLessThan(10 * 1.1 * GAP_MS);
		});
	});
});
