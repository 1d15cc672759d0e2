import type { Stage } from './stage.ts';

/** One person's life: what they do, and what must come of it. A new life is one more object of this shape. */
export interface Life {
	/** Who it is and what is special about them. */
	readonly person: string;
	/** What should happen, in a sentence. */
	readonly should: string;
	/** Lives it. Resolves to what happened; throws a sentence about the first thing that was not as it should be. */
	readonly live: (stage: Stage) => Promise<string>;
}

/** How a life went. */
export interface Outcome {
	readonly person: string;
	readonly should: string;
	readonly happened: string;
	readonly isGood: boolean;
}

/** Tells how far the story is, one life after the other. */
export interface Narrator {
	begin(person: string): void;
	done(happened: string): void;
	failed(happened: string): void;
}

/** Plays lives one after the other: some of them break a service for a while. */
export async function playLives(
	lives: readonly Life[],
	stage: Stage,
	narrator: Narrator,
): Promise<readonly Outcome[]> {
	const outcomes: Outcome[] = [];
	for (const { person, should, live } of lives) {
		narrator.begin(person);
		try {
			const happened = await live(stage);
			narrator.done(happened);
			outcomes.push({ person, should, happened, isGood: true });
		} catch (error) {
			const happened = error instanceof Error ? error.message : String(error);
			narrator.failed(happened);
			outcomes.push({ person, should, happened, isGood: false });
		} finally {
			await stage.repair();
		}
	}
	return outcomes;
}

/** The sentence of a life that did not go as it should. */
export function mustBe(what: string, actual: unknown, expected: unknown): void {
	const [found, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
	if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}
