/** Shows one phase of long work at a time, on a terminal and in a log. */
export interface Progress {
	/** Ends the phase before, if any, as done. */
	begin(title: string): void;
	/** The moving figure beside the seconds, such as "812 of 2342 packages". */
	detail(text: string): void;
	/** Ends the phase; returns how many milliseconds it took. */
	done(note?: string): number;
	failed(note?: string): number;
}

export function createProgress(stream?: NodeJS.WriteStream): Progress;

/** 8 s, 1 min 05 s */
export function duration(ms: number): string;
