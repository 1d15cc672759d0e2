import type { Deed } from './deeds.ts';

/** A life over weeks, told in the person's own days: day 0 is the day on which they sign up. */
export interface Biography {
	/** Who it is and what is special about them; the first word is their name. */
	readonly person: string;
	/** What should happen, in a sentence. */
	readonly should: string;
	/** The day of the story on which they come. */
	readonly arrives: number;
	/** What they do on their own days, in the morning after the post has come. */
	readonly does: ByDay<readonly Deed[]>;
	/** The messages that reach them, by the names of their nodes. */
	readonly gets: ByDay<readonly string[]>;
	/** Each change of what they may do in the product. */
	readonly access: ByDay<string>;
	/** How their subscriptions stand at Stripe at the end, oldest first. */
	readonly ends: readonly string[];
	/** What billing told, in order, as the timeline of their account has it. */
	readonly told: readonly string[];
}

export type ByDay<Value> = Readonly<Record<number, Value>>;

/** The person's name, by which the others know them too. */
export function nameOf({ person }: Pick<Biography, 'person'>): string {
	return /^\p{L}+/u.exec(person)?.[0] ?? person;
}

export function emailOf(biography: Pick<Biography, 'person'>): string {
	return `${nameOf(biography).toLowerCase()}@example.com`;
}
