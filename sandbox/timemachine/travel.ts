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
}

/**
 * Moves people through time, all at the same pace: each goes to their own next stop, does what they had planned
 * for it, and waits until the flows that this has set off have run. Resolves to what went wrong on the way.
 */
export async function travel(
	journeys: readonly Journey[],
	options: TravelOptions,
): Promise<readonly string[]> {
	const failures: string[] = [];
	let onTheWay = journeys;
	while (onTheWay.length > 0) {
		const people = new Map((await options.people()).map((person) => [person.id, person]));
		const stopsAtEvents = await options.stopsAtEvents();
		const arrived = new Set<string>();
		await Promise.all(
			onTheWay.map(async ({ id, to }) => {
				const person = people.get(id);
				try {
					if (!person || (await goOn(person, to, stopsAtEvents, options))) arrived.add(id);
				} catch (error) {
					arrived.add(id);
					failures.push(`${person?.name ?? id}: ${(error as Error).message}`);
				}
			}),
		);
		if (stopsAtEvents) await options.quiet();
		onTheWay = onTheWay.filter(({ id }) => !arrived.has(id));
	}
	return failures;
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
	].filter((stop) => stop > now.getTime());
	const seconds = Math.ceil((Math.min(...stops) - now.getTime()) / 1000);
	await options.services.moveCustomer(customer.id, seconds);
	return false;
}

function dueAt({ afterDays }: Plan, signedUpAt: number): number {
	return (signedUpAt + afterDays * 86_400) * 1000;
}
