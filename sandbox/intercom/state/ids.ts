/** The numbers from which ids of a kind count, of the sizes that Intercom's have. */
const FIRST = {
	message: 403_918_000,
	conversation: 600,
	part: 17_000,
	tag: 80,
	note: 17_495_900,
	attribute: 12_800,
	subscription: 90,
} as const;

export interface Ids {
	/** Ids of people and companies are 24 hexadecimal digits. */
	object(): string;
	/** Most others are numbers, written as text. */
	next(kind: keyof typeof FIRST): string;
}

/** Repeatable: the same calls give the same ids in every run. */
export function createIds(): Ids {
	let objects = 0;
	const counts = new Map<string, number>();
	return {
		object: () => `6762f0dd1bb69f9f${(objects += 1).toString(16).padStart(8, '0')}`,
		next(kind) {
			const count = (counts.get(kind) ?? 0) + 1;
			counts.set(kind, count);
			return String(FIRST[kind] + count);
		},
	};
}
