import { mustBe, playLives, type Life } from '../../../sandbox/story/life.ts';
import type { Stage } from '../../../sandbox/story/stage.ts';
import { outcomeTable } from '../../../sandbox/story/table.ts';

const good: Life = { person: 'Ada', should: 'get in', live: async () => '1 board' };
const bad: Life = {
	person: 'Bo',
	should: 'get in',
	live: async () => {
		mustBe('boards', 0, 1);
		return 'never said';
	},
};

describe('the story', () => {
	let told: string[];
	let repairs: number;
	const narrator = {
		begin: (person: string) => void told.push(`${person}...`),
		done: (happened: string) => void told.push(`good: ${happened}`),
		failed: (happened: string) => void told.push(`bad: ${happened}`),
	};
	const stage = { repair: async () => void (repairs += 1) } as Stage;

	beforeEach(() => {
		told = [];
		repairs = 0;
	});

	it('goes on after a life that went wrong, repairs what it broke, and says what happened', async () => {
		expect(await playLives([bad, good], stage, narrator)).toEqual([
			{ person: 'Bo', should: 'get in', happened: 'boards: 0 instead of 1', isGood: false },
			{ person: 'Ada', should: 'get in', happened: '1 board', isGood: true },
		]);
		expect(told).toEqual(['Bo...', 'bad: boards: 0 instead of 1', 'Ada...', 'good: 1 board']);
		expect(repairs).toBe(2);
	});

	it('ends in a table that keeps its columns', () => {
		const table = outcomeTable(
			[
				{
					person: 'Ada, who is new',
					should: 'get in at once',
					happened: '1 board',
					isGood: true,
				},
				{
					person: 'Bo',
					should: 'get in',
					happened: 'http://127.0.0.1:12113/boards/jade-otter',
					isGood: false,
				},
			],
			50,
		);
		expect(table).toBe(
			[
				'   Person          Should          Happened',
				'──────────────────────────────────────────────────',
				'✓  Ada, who is     get in at once  1 board',
				'   new',
				'✗  Bo              get in          http://127.0.0',
				'                                   .1:12113/board',
				'                                   s/jade-otter',
				'──────────────────────────────────────────────────',
			].join('\n'),
		);
	});
});
