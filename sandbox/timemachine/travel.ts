import { isPossible, perform } from './actions.ts';
import type { Plan } from './fates.ts';
import type { Person } from './people.ts';
import type { Services } from './services.ts';
import { upcomingFor } from './views.ts';

/** Whose time moves, and to when. */
export interface Journey {
	readonly id: string;
	readonly to: Date;
}

export interface TravelOptions {
	readonly services: Services;
	/** Everybody as they are now. */
	readonly people: () => Promise<readonly Person[]>;
	readonly timeOf: (accountId: string) => Date;
	/** What this person will do by themselves; those that are done are taken off. */
	readonly plansOf: (person: Person) => Plan[];
	/** Whether to stop at everything that billing does, so that others can react at the right time. */
	readonly stopsAtEvents: () => Promise<boolean>;
	/** Resolves when nobody has asked the stand-ins for anything for a moment. */
	readonly quiet: () => Promise<void>;
	/**
	 * Runs what the flows do by the hour of the day, once for everybody; resolves to a sentence for each that
	 * failed. The flows' own schedules know the real time only.
	 */
	readonly runSchedules: (() => Promise<readonly string[]>) | undefined;
}

const DAY_MS = 86_400_000;
/** When reminders are due that somebody reads by day: travellers stop there, on each day. */
const MORNING_MS = 11.5 * 3_600_000;

/**
 * Moves people through time, all at the same pace: each goes to their own next stop, does what they had planned
 * for it, and waits until the flows that this has set off have run. Resolves to what went wrong on the way.
 */
export async function travel(
	journeys: readonly Journey[],
	options: TravelOptions,
): Promise<readonly string[]> {
	const failures = new Set<string>();
	let onTheWay = journeys;
	while (onTheWay.length > 0) {
		const people = new Map((await options.people()).map((person) => [person.id, person]));
		const stopsAtEvents = await options.stopsAtEvents();
		const before = new Map(onTheWay.map(({ id }) => [id, options.timeOf(id).getTime()]));
		const arrived = new Set<string>();
		await Promise.all(
			onTheWay.map(async ({ id, to }) => {
				const person = people.get(id);
				try {
					if (!person || (await goOn(person, to, stopsAtEvents, options))) arrived.add(id);
				} catch (error) {
					arrived.add(id);
					failures.add(`${person?.name ?? id}: ${(error as Error).message}`);
				}
			}),
		);
		if (stopsAtEvents) await options.quiet();
		const hasMoved = (id: string) => options.timeOf(id).getTime() !== before.get(id);
		if (onTheWay.some(({ id }) => hasMoved(id) && isMorning(options.timeOf(id)))) {
			for (const failure of (await options.runSchedules?.()) ?? []) failures.add(failure);
			await options.quiet();
		}
		onTheWay = onTheWay.filter(({ id }) => !arrived.has(id));
	}
	return [...failures];
}

/** One stop further; true when there is nothing more to do on this journey. */
async function goOn(
	person: Person,
	to: Date,
	stopsAtEvents: boolean,
	options: TravelOptions,
): Promise<boolean> {
	const { customer } = person.billing ?? {};
	if (!customer) return true;
	const plans = options.plansOf(person);
	const now = options.timeOf(person.id);
	const [next] = plans;
	if (next && dueAt(next, customer.created) <= now.getTime()) {
		plans.shift();
		if (isPossible(next.action, person)) await perform(next.action, person, options.services);
		return false;
	}
	if (now >= to) return true;
	const stops = [
		to.getTime(),
		...(next ? [dueAt(next, customer.created)] : []),
		...(stopsAtEvents ? upcomingFor(person, now).map(({ at }) => Date.parse(at)) : []),
		...(options.runSchedules ? [morningAfter(now)] : []),
	].filter((stop) => stop > now.getTime());
	const seconds = Math.ceil((Math.min(...stops) - now.getTime()) / 1000);
	await options.services.moveCustomer(customer.id, seconds);
	return false;
}

function dueAt({ afterDays }: Plan, signedUpAt: number): number {
	return (signedUpAt + afterDays * 86_400) * 1000;
}

function morningAfter(now: Date): number {
	const morning = now.getTime() - (now.getTime() % DAY_MS) + MORNING_MS;
	return morning > now.getTime() ? morning : morning + DAY_MS;
}

function isMorning(now: Date): boolean {
	// A clock goes on by whole seconds from wherever it was.
	return Math.floor((now.getTime() % DAY_MS) / 1000) * 1000 === MORNING_MS;
}
