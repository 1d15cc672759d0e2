import { DAY, HOUR, type Seconds } from '../state/stored.ts';

/** A first or a resuming payment waits this long. https://docs.stripe.com/billing/subscriptions/overview */
export const PATIENCE = 23 * HOUR;

/** How often a price recurs. The wire type of an interval is open; here it is one of four. */
export interface Recurrence {
	readonly interval: string;
	readonly interval_count: number;
}

/**
 * The instant `steps` intervals after the anchor, in UTC. Months keep the anchor's day where the month has
 * it, else their last day; counted from the anchor, so that 31 January, 28 February, 31 March follow.
 * https://docs.stripe.com/billing/subscriptions/billing-cycle
 */
export function addIntervals(anchor: Seconds, recurrence: Recurrence, steps: number): Seconds {
	const count = recurrence.interval_count * steps;
	switch (recurrence.interval) {
		case 'day':
			return anchor + count * DAY;
		case 'week':
			return anchor + count * 7 * DAY;
		case 'year':
			return addMonths(anchor, count * 12);
		default:
			return addMonths(anchor, count);
	}
}

function addMonths(anchor: Seconds, months: number): Seconds {
	const from = new Date(anchor * 1000);
	const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months];
	const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
	const day = Math.min(from.getUTCDate(), lastDay);
	const midnight = Date.UTC(year, month, day) / 1000;
	return midnight + (anchor % DAY);
}

/** The first instant of the anchor's rhythm that is later than the given one. */
export function nextBoundary(anchor: Seconds, recurrence: Recurrence, after: Seconds): Seconds {
	let steps = Math.max(0, Math.floor((after - anchor) / longest(recurrence)));
	while (addIntervals(anchor, recurrence, steps) <= after) steps += 1;
	return addIntervals(anchor, recurrence, steps);
}

/** The last instant of the anchor's rhythm that is not later than the given one. */
export function lastBoundary(anchor: Seconds, recurrence: Recurrence, until: Seconds): Seconds {
	let steps = 0;
	while (addIntervals(anchor, recurrence, steps) > until) steps -= 1;
	while (addIntervals(anchor, recurrence, steps + 1) <= until) steps += 1;
	return addIntervals(anchor, recurrence, steps);
}

/** An upper bound of one interval's length, so that a search from below cannot overshoot. */
function longest({ interval, interval_count: count }: Recurrence): Seconds {
	const days: Record<string, number> = { day: 1, week: 7, month: 31, year: 366 };
	return (days[interval] ?? 31) * count * DAY;
}
