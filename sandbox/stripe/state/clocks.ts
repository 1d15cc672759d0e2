import { createAgenda, type Agenda } from './agenda.ts';
import type { Seconds } from './stored.ts';

/** One course of time: the frozen one of a test clock, or the sandbox's own that runs with the real one. */
export interface Timeline {
	readonly agenda: Agenda;
	now(): Seconds;
	/** Sets the time while what was due at that instant happens. */
	at(instant: Seconds, happen: () => void): void;
}

export function createFrozenTimeline(frozenAt: Seconds): Timeline & { freeze(at: Seconds): void } {
	let now = frozenAt;
	return {
		agenda: createAgenda(),
		now: () => now,
		freeze: (at) => void (now = at),
		at(instant, happen) {
			now = Math.max(now, instant);
			happen();
		},
	};
}

/** Runs with the real clock plus an offset, which can only grow. */
export function createRunningTimeline(
	realNow: () => Seconds,
): Timeline & { skip(seconds: Seconds): void } {
	let offset = 0;
	let pinned: Seconds | null = null;
	return {
		agenda: createAgenda(),
		now: () => pinned ?? realNow() + offset,
		skip: (seconds) => void (offset += seconds),
		at(instant, happen) {
			pinned = instant;
			try {
				happen();
			} finally {
				pinned = null;
			}
		},
	};
}
