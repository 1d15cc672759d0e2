import type { Outcome } from '../life.ts';
import { emailOf, type Biography, type ByDay } from './biography.ts';
import type { Inbox } from './inbox.ts';
import type { World } from './world.ts';

/** What came of a life, in the same shape as what should have. */
type Course = Pick<Biography, 'gets' | 'access' | 'ends' | 'told'>;

/** Compares a life as it went with what its biography says. `troubles` are deeds that could not be done. */
export async function judge(
	biography: Biography,
	troubles: readonly string[],
	{ world, inbox }: { readonly world: World; readonly inbox: Inbox },
): Promise<Outcome> {
	const { person, should } = biography;
	const course = await courseOf(biography, world, inbox);
	const differences = [...troubles, ...differencesOf(course, biography)];
	return differences.length === 0
		? { person, should, happened: summary(course), isGood: true }
		: { person, should, happened: differences.join('. '), isGood: false };
}

async function courseOf(biography: Biography, world: World, inbox: Inbox): Promise<Course> {
	const { customers, subscriptions, letters, instance } = await world.look(emailOf(biography));
	const cameOn = dayOf(new Date((customers[0]?.created ?? 0) * 1000));
	const ownDay = (at: Date) => dayOf(at) - cameOn;
	return {
		gets: byDay(letters.map(({ name, at }) => [ownDay(at), name])),
		access: changes(
			(instance?.history ?? []).map(({ level, at }) => [ownDay(new Date(at)), level]),
		),
		ends: subscriptions.map(({ status }) => status),
		told: inbox.toldOf(instance?.accountId ?? ''),
	};
}

export function differencesOf(course: Course, expected: Course): string[] {
	return [
		...differingDays('messages', course.gets, expected.gets),
		...differingDays('access', course.access, expected.access),
		...differing('at Stripe', course.ends, expected.ends),
		...differing('told', course.told, expected.told),
	];
}

function differing(what: string, found: readonly string[], wanted: readonly string[]): string[] {
	return found.join() === wanted.join()
		? []
		: [`${what}: ${listed(found)} instead of ${listed(wanted)}`];
}

function differingDays(
	what: string,
	found: ByDay<string | readonly string[]>,
	wanted: ByDay<string | readonly string[]>,
): string[] {
	const days = new Set([...Object.keys(found), ...Object.keys(wanted)].map(Number));
	return [...days]
		.sort((one, other) => one - other)
		.flatMap((day) =>
			// Flows that run side by side write in any order.
			differing(
				`${what} on day ${day}`,
				[found[day] ?? []].flat().toSorted(),
				[wanted[day] ?? []].flat().toSorted(),
			),
		);
}

function listed(words: readonly string[]): string {
	return words.length === 0 ? 'nothing' : words.join(', ');
}

function summary({ gets, access, ends }: Course): string {
	const post = Object.entries(gets).map(([day, names]) => `${day} ${names.join(', ')}`);
	const levels = Object.entries(access).map(([day, level]) => `${day} ${level}`);
	return `Mail: ${post.join('; ')}. Access: ${levels.join('; ')}. Stripe: ${ends.join(', ')}`;
}

function byDay(entries: ReadonlyArray<readonly [number, string]>): ByDay<readonly string[]> {
	const days: Record<number, string[]> = {};
	for (const [day, value] of entries) (days[day] ??= []).push(value);
	return days;
}

/** Only where the level differs from the one before; of several on one day the last one counts. */
function changes(entries: ReadonlyArray<readonly [number, string]>): ByDay<string> {
	const days: Record<number, string> = {};
	let before: string | undefined;
	for (const [day, level] of entries) {
		if (level !== before) days[day] = level;
		before = level;
	}
	return days;
}

function dayOf(at: Date): number {
	return Math.floor(at.getTime() / 86_400_000);
}
