import type Stripe from 'stripe';

/** Stripe keeps events for so long. https://docs.stripe.com/api/events */
export const EVENTS_KEPT_MS = 30 * 86_400_000;

const WINDOW_MS = 6 * 3_600_000;
/** https://docs.stripe.com/api/events/list#list_events-types */
const TYPES_PER_REQUEST = 20;

export interface Window {
	/** Oldest first. */
	readonly events: readonly Stripe.Event[];
	/** Everything up to here has been seen. */
	readonly until: Date;
}

/**
 * What happened since then, oldest first, in portions of some hours, so that a long absence is caught up with
 * step by step. The last portion is open to the future, where the events of test clocks are dated.
 */
export async function* eventsSince(
	stripe: Stripe,
	request: { readonly types: readonly string[]; readonly since: Date; readonly now: Date },
): AsyncGenerator<Window> {
	const { types, since, now } = request;
	for (const { created, until } of windowsOf(since, now)) {
		const lists = await Promise.all(
			portionsOf(types).map(
				async (portion) =>
					await everyOne(stripe.events.list({ types: portion, created, limit: 100 })),
			),
		);
		// Stripe lists the newest first; sorting keeps that order within a second.
		const events = lists
			.flat()
			.reverse()
			.sort((one, other) => one.created - other.created);
		yield { events, until };
	}
}

export interface MissedEventsQuery {
	readonly since: Date;
	readonly now: Date;
	/** Empty for all; 20 at most. */
	readonly types: readonly string[];
	/** Only those that some endpoint has not taken: still being delivered, or given up. */
	readonly onlyUndelivered: boolean;
}

/** Oldest first, each portion when it is come to. https://docs.stripe.com/api/events/list */
export async function* missedEvents(
	stripe: Stripe,
	{ since, now, types, onlyUndelivered }: MissedEventsQuery,
): AsyncGenerator<Stripe.Event> {
	for (const { created } of windowsOf(since, now)) {
		const newestFirst = await everyOne(
			stripe.events.list({
				created,
				...(types.length > 0 ? { types: [...types] } : {}),
				...(onlyUndelivered ? { delivery_success: false } : {}),
				limit: 100,
			}),
		);
		yield* newestFirst.reverse();
	}
}

function* windowsOf(since: Date, now: Date) {
	for (let from = since.getTime(); ; from += WINDOW_MS) {
		const to = from + WINDOW_MS;
		const isLast = to >= now.getTime();
		const created = { gte: seconds(from), ...(isLast ? {} : { lt: seconds(to) }) };
		yield { created, until: isLast ? now : new Date(to) };
		if (isLast) return;
	}
}

/** The newest events of these types, newest first: to show what a flow would get. */
export async function latestEvents(
	stripe: Stripe,
	request: { readonly types: readonly string[]; readonly limit: number },
): Promise<Stripe.Event[]> {
	const { types, limit } = request;
	const pages = await Promise.all(
		portionsOf(types).map(async (portion) => await stripe.events.list({ types: portion, limit })),
	);
	return pages
		.flatMap(({ data }) => data)
		.sort((one, other) => other.created - one.created)
		.slice(0, limit);
}

async function everyOne<T>(list: AsyncIterable<T>): Promise<T[]> {
	const all: T[] = [];
	for await (const one of list) all.push(one);
	return all;
}

function portionsOf(types: readonly string[]): string[][] {
	const count = Math.ceil(types.length / TYPES_PER_REQUEST);
	return Array.from({ length: count }, (_, index) =>
		types.slice(index * TYPES_PER_REQUEST, (index + 1) * TYPES_PER_REQUEST),
	);
}

function seconds(ms: number): number {
	return Math.floor(ms / 1000);
}
