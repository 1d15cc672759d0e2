export interface Timers {
	after(milliseconds: number, task: () => void): void;
	/** Calls off whatever waits. */
	clear(): void;
}

export function createTimers(): Timers {
	const waiting = new Set<NodeJS.Timeout>();
	return {
		after(milliseconds, task) {
			const timer = setTimeout(() => {
				waiting.delete(timer);
				task();
			}, milliseconds);
			waiting.add(timer);
		},
		clear() {
			for (const timer of waiting) clearTimeout(timer);
			waiting.clear();
		},
	};
}
