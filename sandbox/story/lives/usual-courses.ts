import type { Biography } from '../days/biography.ts';

type Post = Biography['gets'];

/** The post of several stretches of a life, day by day. */
export function post(...stretches: readonly Post[]): Post {
	const days: Record<number, readonly string[]> = {};
	for (const stretch of stretches) {
		for (const [day, letters] of Object.entries(stretch)) {
			days[Number(day)] = [...(days[Number(day)] ?? []), ...letters];
		}
	}
	return days;
}

/** What of a stretch comes before this day. */
export function before(day: number, stretch: Post): Post {
	return Object.fromEntries(Object.entries(stretch).filter(([own]) => Number(own) < day));
}

/** Made a project on the first day. */
export const welcome: Post = { 0: ['Welcome message'], 3: ['Invite the team'] };

/** Has not made a project yet. */
export const firstHelp: Post = { 0: ['Welcome message'], 1: ['First project'] };

/** No card on file. */
export const countdown: Post = {
	7: ['7 days left'],
	11: ['3 days left'],
	12: ['Talk to us?'],
	13: ['1 day left'],
	14: ['Last day'],
};

/** A card on file: the price is announced. */
export const cardNotice: Post = { 6: ['Card trial: 7 days left'] };

/** The trial has ended without payment. */
export const afterLapse: Post = { 14: ['Your data is safe'], 17: ['What was missing?'] };

/** Pays when the trial ends, or before. */
export const converts = {
	access: { 0: 'full' },
	ends: ['active'],
	told: ['trial_started', 'trial_converted'],
} satisfies Partial<Biography>;

/** Lets the trial run out, and does not come back. */
export const lapses = {
	access: { 0: 'full', 14: 'read_only', 29: 'suspended' },
	ends: ['paused'],
	told: ['trial_started', 'trial_lapsed'],
} satisfies Partial<Biography>;
