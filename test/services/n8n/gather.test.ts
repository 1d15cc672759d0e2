import { gathering } from '../../../services/n8n/gather.ts';

const REFUSED = new Error('refused');
const PAUSE_MS = 100;

/** Questions are letters; one that is a capital weighs two. Time passes only when told. */
function createDesk(refuses: (letters: string) => boolean = () => false) {
	const calls: string[] = [];
	let now = 1_000;
	let sleepers: Array<{ at: number; wake: () => void }> = [];
	const settle = async () => {
		for (let turn = 0; turn < 20; turn++) await Promise.resolve();
	};
	const ask = gathering<string, string>(
		{
			answer: async (letters) => {
				calls.push(letters.join(''));
				if (refuses(letters.join(''))) throw REFUSED;
				return letters.map((letter) => `${letter}!`);
			},
			weightOf: (letter) => (letter === letter.toUpperCase() ? 2 : 1),
			capacity: 3,
			pauseMs: PAUSE_MS,
			isOnesFault: (error) => error === REFUSED,
		},
		{
			now: () => now,
			sleep: async (ms) =>
				await new Promise<void>((wake) => void sleepers.push({ at: now + ms, wake })),
		},
	);
	return {
		calls,
		askAll: async (letters: string) =>
			await Promise.all(
				[...letters].map(
					async (letter) => await ask(letter).catch((error: Error) => error.message),
				),
			),
		async pass(ms: number) {
			await settle();
			now += ms;
			const due = sleepers.filter(({ at }) => at <= now);
			sleepers = sleepers.filter(({ at }) => at > now);
			for (const { wake } of due) wake();
			await settle();
		},
	};
}

describe('gathering', () => {
	it('answers a lone question at once', async () => {
		const { askAll, pass, calls } = createDesk();
		const answer = askAll('a');
		await pass(0);
		expect(calls).toEqual(['a']);
		expect(await answer).toEqual(['a!']);
	});

	it.each([
		['as many as fit into one call', 'abc', ['abc']],
		['the rest into the next one', 'abcde', ['abc', 'de']],
		['by weight', 'aBcDE', ['aB', 'cD', 'E']],
	])('puts %s', async (_name, letters, expected) => {
		const { askAll, pass, calls } = createDesk();
		const answers = askAll(letters);
		await pass(PAUSE_MS);
		expect(calls).toEqual(expected);
		expect(await answers).toEqual([...letters].map((letter) => `${letter}!`));
	});

	it('fills the next call while it pauses', async () => {
		const { askAll, pass, calls } = createDesk();
		const answers = [askAll('a')];
		await pass(0);
		answers.push(askAll('b'));
		await pass(PAUSE_MS - 1);
		expect(calls).toEqual(['a']);
		answers.push(askAll('c'));
		await pass(1);
		expect(calls).toEqual(['a', 'bc']);
		expect((await Promise.all(answers)).flat()).toEqual(['a!', 'b!', 'c!']);
	});

	it('does not pause before a full call', async () => {
		const { askAll, pass, calls } = createDesk();
		const answers = [askAll('a')];
		await pass(0);
		answers.push(askAll('bcd'));
		await pass(0);
		expect(calls).toEqual(['a', 'bcd']);
		await Promise.all(answers);
	});

	it('gives the fault of one to that one alone', async () => {
		const { askAll, pass, calls } = createDesk((letters) => letters.includes('b'));
		const answers = askAll('abc');
		await pass(0);
		expect(calls).toEqual(['abc', 'a', 'b', 'c']);
		expect(await answers).toEqual(['a!', 'refused', 'c!']);
	});

	it('gives a failure of the whole to all, without asking again', async () => {
		const { askAll, pass, calls } = createDesk(() => {
			throw new Error('no connection');
		});
		const answers = askAll('abc');
		await pass(0);
		expect(calls).toEqual(['abc']);
		expect(new Set(await answers)).toEqual(new Set(['no connection']));
	});
});
