import { runInLanes } from '../../../services/n8n/lanes.ts';

/** A task that ends when told, so that overlaps are made, not hoped for. */
function createGate() {
	let open = () => {};
	const opened = new Promise<void>((resolve) => (open = resolve));
	return { opened, open };
}

describe('runInLanes', () => {
	it('gives results in the order of the tasks, whatever finishes first', async () => {
		const first = createGate();
		const results = await runInLanes(
			[{ name: 'a' }, { name: 'b' }],
			async ({ name }) => {
				if (name === 'a') await first.opened;
				else first.open();
				return name;
			},
			2,
		);
		expect(results).toEqual(['a', 'b']);
	});

	it('never runs more than the limit at once, and reaches it', async () => {
		let running = 0;
		let most = 0;
		await runInLanes(
			Array.from({ length: 20 }, () => ({})),
			async () => {
				most = Math.max(most, ++running);
				await new Promise(setImmediate);
				running--;
			},
			4,
		);
		expect(most).toBe(4);
	});

	it('runs tasks of one lane one after the other, in order', async () => {
		const log: string[] = [];
		await runInLanes(
			[
				{ lane: 'ada', step: 1 },
				{ lane: 'bob', step: 1 },
				{ lane: 'ada', step: 2 },
			],
			async ({ lane, step }) => {
				log.push(`${lane}${step}>`);
				await new Promise(setImmediate);
				log.push(`<${lane}${step}`);
			},
			10,
		);
		expect(log.filter((entry) => entry.includes('ada'))).toEqual([
			'ada1>',
			'<ada1',
			'ada2>',
			'<ada2',
		]);
		expect(log.indexOf('bob1>')).toBeLessThan(log.indexOf('<ada1'));
	});

	it('fetches a task only when there is room for it', async () => {
		const log: string[] = [];
		function* tasks() {
			for (const name of ['a', 'b', 'c']) {
				log.push(`fetch ${name}`);
				yield { name };
			}
		}
		await runInLanes(
			tasks(),
			async ({ name }) => {
				await new Promise(setImmediate);
				log.push(`end ${name}`);
			},
			1,
		);
		expect(log).toEqual(['fetch a', 'end a', 'fetch b', 'end b', 'fetch c', 'end c']);
	});

	it('goes past the tasks of a lane that is at work', async () => {
		const log: string[] = [];
		const slow = createGate();
		await runInLanes(
			[{ lane: 'ada' }, { lane: 'ada' }, { lane: 'bob' }, { lane: 'ada' }],
			async ({ lane }, index) => {
				log.push(`${lane}${index}`);
				if (index === 0) await slow.opened;
				if (lane === 'bob') slow.open();
			},
			2,
		);
		expect(log).toEqual(['ada0', 'bob2', 'ada1', 'ada3']);
	});

	it('starts nothing new after a failure, waits for what runs, and throws the first in order', async () => {
		const started: number[] = [];
		const finished: number[] = [];
		const slow = createGate();
		const run = runInLanes(
			[0, 1, 2, 3].map((index) => ({ index })),
			async ({ index }) => {
				started.push(index);
				if (index === 0) await slow.opened;
				if (index === 1) {
					setImmediate(slow.open);
					throw new Error('task 1');
				}
				finished.push(index);
				if (index === 0) throw new Error('task 0');
			},
			2,
		);
		await expect(run).rejects.toThrow('task 0');
		expect(started).toEqual([0, 1]);
		expect(finished).toEqual([0]);
	});

	it('does nothing with no tasks', async () => {
		expect(await runInLanes([], async () => 1, 10)).toEqual([]);
	});
});
