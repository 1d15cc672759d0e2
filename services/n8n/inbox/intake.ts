import { setTimeout as timer } from 'node:timers/promises';
import type { Inbox, IncomingEvent } from '../../store/index.ts';

/** Takes an event in; true when it is new. */
export type TakeIn = (event: IncomingEvent) => Promise<boolean>;

interface Waiting {
	readonly event: IncomingEvent;
	readonly resolve: (isNew: boolean) => void;
	readonly reject: (error: unknown) => void;
}

const COMMIT_EVERY_MS = 200;

const intakes = new WeakMap<Inbox, TakeIn>();

/**
 * The way of single deliveries into this inbox. Each is durable when its promise resolves, but in a burst many of
 * them share a commit, which blocks the process until the disk has it. The first of a burst waits for none.
 */
export function intakeOf(inbox: Inbox, now: () => Date): TakeIn {
	const intake = intakes.get(inbox) ?? createIntake(inbox, now);
	intakes.set(inbox, intake);
	return intake;
}

function createIntake(inbox: Inbox, now: () => Date): TakeIn {
	let waiting: Waiting[] = [];
	let isAtWork = false;

	async function commit(together: readonly Waiting[]): Promise<void> {
		try {
			const events = together.map(({ event }) => event);
			const fresh = new Set(await inbox.receive(events, now()));
			for (const { event, resolve } of together) resolve(fresh.has(event.id));
		} catch (error) {
			for (const { reject } of together) reject(error);
		}
	}

	async function work(): Promise<void> {
		isAtWork = true;
		while (waiting.length > 0) {
			const together = waiting;
			waiting = [];
			await Promise.all([commit(together), timer(COMMIT_EVERY_MS, undefined, { ref: false })]);
		}
		isAtWork = false;
	}

	return async (event) =>
		await new Promise<boolean>((resolve, reject) => {
			waiting.push({ event, resolve, reject });
			if (!isAtWork) void work();
		});
}
