import { sleep as realSleep } from 'n8n-workflow';

export interface Gathering<Question, Answer> {
	/** Answers several questions by one call, in their order. */
	readonly answer: (questions: readonly Question[]) => Promise<readonly Answer[]>;
	readonly weightOf: (question: Question) => number;
	/** What the questions of one call may weigh together. A heavier one is asked alone. */
	readonly capacity: number;
	/** After a call, questions are gathered for so long or until they fill the next one. */
	readonly pauseMs: number;
	/** Whether a refusal may be due to a single question. Then each is asked alone. */
	readonly isOnesFault: (error: unknown) => boolean;
}

interface Clock {
	readonly now: () => number;
	readonly sleep: (ms: number) => Promise<void>;
}

interface Waiting<Question, Answer> {
	readonly question: Question;
	readonly resolve: (answer: Answer) => void;
	readonly reject: (error: unknown) => void;
}

const REAL_CLOCK: Clock = { now: () => performance.now(), sleep: realSleep };

/**
 * Lets questions that come at about the same time share a call. A lone one does not wait for others: only
 * where questions keep coming does a pause between the calls fill them.
 */
export function gathering<Question, Answer>(
	{ answer, weightOf, capacity, pauseMs, isOnesFault }: Gathering<Question, Answer>,
	{ now, sleep }: Clock = REAL_CLOCK,
): (question: Question) => Promise<Answer> {
	type Group = Array<Waiting<Question, Answer>>;
	let group: Group = [];
	let weight = 0;
	let restsUntil = 0;

	const close = () => {
		const full = group;
		group = [];
		weight = 0;
		restsUntil = now() + pauseMs;
		void ask(full);
	};
	const ask = async (asked: Group) => {
		try {
			const answers = await answer(asked.map(({ question }) => question));
			asked.forEach(({ resolve }, index) => resolve(answers[index] as Answer));
		} catch (error) {
			if (asked.length > 1 && isOnesFault(error)) asked.forEach((one) => void ask([one]));
			else asked.forEach(({ reject }) => reject(error));
		}
	};
	const closeInTime = async (mine: Group) => {
		await sleep(Math.max(0, restsUntil - now()));
		if (group === mine) close();
	};

	return async (question) =>
		await new Promise((resolve, reject) => {
			const added = weightOf(question);
			if (group.length > 0 && weight + added > capacity) close();
			group.push({ question, resolve, reject });
			weight += added;
			if (weight >= capacity) close();
			else if (group.length === 1) void closeInTime(group);
		});
}
