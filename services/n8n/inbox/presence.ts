import type { Bookmarks, Inbox } from '../../store/index.ts';

/** What the triggers that read one inbox know of each other. */
export interface Presence<Details extends object = object> {
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
	/** Whether this one would go on where it stopped. */
	goesOn(id: string): Promise<boolean>;
	/** Says that it is still there. */
	stay(id: string): Promise<void>;
	/** Keeps what it has not done, for the case that it comes back. */
	leave(id: string): Promise<void>;
	/** The others that are published, on this n8n or another one with the same store. */
	others(id: string): Promise<ReadonlyArray<Presence<Details>>>;
	/** Forgets those that are not coming back, and what they would have read. */
	forgetLost(): Promise<void>;
}

/** Published again within a day, a trigger goes on where it stopped; later it starts afresh. */
const BREAK_MS = 86_400_000;
const SIGN_OF_LIFE_EVERY_MS = 300_000;
/** A trigger that nobody has seen for so long has been deleted with its workflow. */
const LOST_AFTER_MS = 30 * 86_400_000;

interface Noted {
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
		const { seenAt, leftAt, ...details } = JSON.parse(text) as Noted;
		return {
			details: details as Details,
			seenAt: new Date(seenAt),
			leftAt: leftAt === null ? null : new Date(leftAt),
		};
	}

	async function put(id: string, { details, ...times }: Presence<Details>): Promise<void> {
		await bookmarks.set(nameOf(id), JSON.stringify({ ...details, ...times }), times.seenAt);
	}

	async function goesOn(id: string): Promise<boolean> {
		const before = await get(id);
		return before !== null && !hasLeft(before, ago(BREAK_MS));
	}

	async function everyone() {
		const consumers = await inbox.consumers();
		return await Promise.all(
			consumers.map(async ({ consumer }) => [consumer, await get(consumer)] as const),
		);
	}

	return {
		async enrol(id, { details, types }) {
			if (!(await goesOn(id))) await inbox.unsubscribe(id);
			await inbox.subscribe(id, { types, from: now() });
			await put(id, { details, seenAt: now(), leftAt: null });
		},
		goesOn,
		async stay(id) {
			const presence = await get(id);
			if (!presence || presence.seenAt > ago(SIGN_OF_LIFE_EVERY_MS)) return;
			await put(id, { ...presence, seenAt: now() });
		},
		async leave(id) {
			const presence = await get(id);
			if (presence) await put(id, { ...presence, leftAt: now() });
		},
		async others(id) {
			const presences = await everyone();
			return presences
				.filter(([other, presence]) => other !== id && presence?.leftAt === null)
				.flatMap(([, presence]) => presence ?? [])
				.filter(({ seenAt }) => seenAt > ago(LOST_AFTER_MS));
		},
		async forgetLost() {
			for (const [id, presence] of await everyone()) {
				if (presence && !hasLeft(presence, ago(BREAK_MS)) && presence.seenAt > ago(LOST_AFTER_MS)) {
					continue;
				}
				await inbox.unsubscribe(id);
				await bookmarks.remove(nameOf(id));
			}
		},
	};
}

function hasLeft({ leftAt }: Presence, before: Date): boolean {
	return leftAt !== null && leftAt <= before;
}
