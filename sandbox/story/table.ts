import type { Outcome } from './life.ts';

const COLUMNS = ['Person', 'Should', 'Happened'] as const;
const GAP = '  ';

/** The outcomes side by side, wrapped to fit the width. */
export function outcomeTable(outcomes: readonly Outcome[], width = 110): string {
	const cell = Math.floor((width - 2 - GAP.length * COLUMNS.length) / COLUMNS.length);
	const row = (mark: string, cells: readonly string[]) => {
		const wrapped = cells.map((text) => wrap(text, cell));
		const height = Math.max(...wrapped.map((lines) => lines.length));
		return Array.from({ length: height }, (_, line) =>
			[line === 0 ? mark : ' ', ...wrapped.map((lines) => (lines[line] ?? '').padEnd(cell))]
				.join(GAP)
				.trimEnd(),
		).join('\n');
	};
	const rule = '─'.repeat(width);
	return [
		row(' ', COLUMNS),
		rule,
		...outcomes.map(({ isGood, person, should, happened }) =>
			row(isGood ? '✓' : '✗', [person, should, happened]),
		),
		rule,
	].join('\n');
}

function wrap(text: string, width: number): readonly string[] {
	const lines = [''];
	for (const word of text.split(/\s+/).flatMap((long) => chunks(long, width))) {
		const last = lines.at(-1) ?? '';
		if (last === '') lines[lines.length - 1] = word;
		else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines;
}

/** A word longer than a column is cut, so that the columns beside it stay in place. */
function chunks(word: string, width: number): readonly string[] {
	return word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [''];
}
