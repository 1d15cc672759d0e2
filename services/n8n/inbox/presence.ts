import type { Bookmarks, Inbox } from '../../store/index.ts';

/** What the triggers that read one inbox know of each other. */
export interface Presence<Details extends object = object> {
	readonly id: string;
	/** What it wants to be handed. */
	readonly types: readonly string[];
	/** What else its kind of trigger notes down about itself. */
	readonly details: Details;
	readonly seenAt: Date;
	/** When it was unpublished. */
	readonly leftAt: Date | null;
}

/** The readers of an inbox, each under its id. */
export interface Presences<Details extends object> {
	/** Joins the readers, or goes on after a pause. */
	enrol(id: string, wish: { details: Details; types: readonly string[] }): Promise<void>;
	get(id: string): Promise<Presence<Details> | null>;
	/** Whether this one would go on where it stopped. */
	goesOn(id: string): Promise<boolean>;
	/** Says that it is still there. */
	stay(id: string): Promise<void>;
	/** Keeps what it has not done, for the case that it comes back. */
	leave(id: string): Promise<void>;
	/** Those that are or may come back, on this n8n or another one with the same store. */
	others(id: string): Promise<ReadonlyArray<OtherPresence<Details>>>;
	/** Hands this one nothing that comes in from now on; what it has not done stays. */
	rest(id: string): Promise<void>;
	/** Hands it again what it wants. */
	rouse(other: Presence<Details>): Promise<void>;
	/** Forgets those that are not coming back, and what they would have read. */
	forgetLost(): Promise<void>;
}

export interface OtherPresence<Details extends object> extends Presence<Details> {
	readonly isResting: boolean;
}

/** Published again within a day, a trigger goes on where it stopped; later it starts afresh. */
const BREAK_MS = 86_400_000;
const SIGN_OF_LIFE_EVERY_MS = 300_000;
/** A trigger that nobody has seen for so long has been deleted with its workflow. */
const LOST_AFTER_MS = 30 * 86_400_000;

/**
 * One that nobody has seen for so long is at least not at work: every trigger gives a sign of life each five
 * minutes, however seldom it polls. n8n tells a trigger without a webhook nothing when it is unpublished.
 */
const ABSENT_AFTER_MS = 3 * SIGN_OF_LIFE_EVERY_MS;

interface Noted {
	/** The versions before this one did not note them. */
	readonly types?: readonly string[];
	readonly seenAt: string;
	readonly leftAt: string | null;
}

export function createPresences<Details extends object>(options: {
	readonly inbox: Inbox;
	readonly bookmarks: Bookmarks;
	/** Before the ids, in the names of the bookmarks. */
	readonly prefix: string;
	readonly now: () => Date;
}): Presences<Details> {
	const { inbox, bookmarks, prefix, now } = options;
	const nameOf = (id: string) => `${prefix}/${id}`;
	const ago = (ms: number) => new Date(now().getTime() - ms);

	async function get(id: string): Promise<Presence<Details> | null> {
		const text = await bookmarks.get(nameOf(id));
		if (text === null) return null;
		const { types = [], seenAt, leftAt, ...details } = JSON.parse(text) as Noted;
		return {
			id,
			types,
			details: details as Details,
			seenAt: new Date(seenAt),
			leftAt: leftAt === null ? null : new Date(leftAt),
		};
	}

	async function put({ id, details, ...noted }: Presence<Details>): Promise<void> {
		await bookmarks.set(nameOf(id), JSON.stringify({ ...details, ...noted }), noted.seenAt);
	}

	async function goesOn(id: string): Promise<boolean> {
		const before = await get(id);
		return before !== null && !hasLeft(before, ago(BREAK_MS));
	}

	async function everyone() {
		const consumers = await inbox.consumers();
		return await Promise.all(
			consumers.map(async (consumer) => [consumer, await get(consumer.consumer)] as const),
		);
	}

	return {
		async enrol(id, { details, types }) {
			if (!(await goesOn(id))) await inbox.unsubscribe(id);
			await inbox.subscribe(id, { types, from: now() });
			await put({ id, types, details, seenAt: now(), leftAt: null });
		},
		get,
		goesOn,
		async stay(id) {
			const presence = await get(id);
			if (!presence || presence.seenAt > ago(SIGN_OF_LIFE_EVERY_MS)) return;
			await put({ ...presence, seenAt: now() });
		},
		async leave(id) {
			const presence = await get(id);
			if (presence) await put({ ...presence, leftAt: now() });
		},
		async others(id) {
			return (await everyone()).flatMap(([{ types }, presence]) =>
				presence && presence.id !== id && presence.seenAt > ago(LOST_AFTER_MS)
					? { ...presence, isResting: types.length === 0 }
					: [],
			);
		},
		async rest(id) {
			await inbox.subscribe(id, { types: [], from: now() });
		},
		async rouse({ id, types }) {
			await inbox.subscribe(id, { types, from: now() });
		},
		async forgetLost() {
			for (const [{ consumer: id }, presence] of await everyone()) {
				if (presence && !hasLeft(presence, ago(BREAK_MS)) && presence.seenAt > ago(LOST_AFTER_MS)) {
					continue;
				}
				await inbox.unsubscribe(id);
				await bookmarks.remove(nameOf(id));
			}
		},
	};
}

/** Whether it may be at work: published, and heard of lately. */
export function isPresent({ leftAt, seenAt }: Presence, now: Date): boolean {
	return leftAt === null && now.getTime() - seenAt.getTime() < ABSENT_AFTER_MS;
}

function hasLeft({ leftAt }: Presence, before: Date): boolean {
	return leftAt !== null && leftAt <= before;
}
