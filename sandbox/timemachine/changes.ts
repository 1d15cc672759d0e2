/** A counter of changes that can be waited on. */
export interface Changes {
	readonly version: () => number;
	/** Something is different now. Many calls in a row count as one change. */
	note(): void;
	/** Resolves when the version is another one, or after the time is up. */
	after(version: number): Promise<void>;
	close(): void;
}

const GATHER_MS = 120;
const LONGEST_WAIT_MS = 25_000;

export function createChanges(): Changes {
	let version = 1;
	let gathering: NodeJS.Timeout | undefined;
	const waiting = new Set<() => void>();

	const wakeAll = () => {
		for (const wake of waiting) wake();
		waiting.clear();
	};

	return {
		version: () => version,
		note() {
			gathering ??= setTimeout(() => {
				gathering = undefined;
				version += 1;
				wakeAll();
			}, GATHER_MS);
		},
		async after(seen) {
			if (seen !== version) return;
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, LONGEST_WAIT_MS);
				waiting.add(() => {
					clearTimeout(timer);
					resolve();
				});
			});
		},
		close() {
			clearTimeout(gathering);
			wakeAll();
		},
	};
}
