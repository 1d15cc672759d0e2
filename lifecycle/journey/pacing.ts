import { DateTime } from 'luxon';
import type { Pacing } from './step.ts';

/** Every rule has let something through after a week at the latest; a clock that jumps may cost one round more. */
const MOST_ROUNDS = 20;

/** Whether marketing may go out at this instant to somebody in that zone. */
export function isAllowed(at: Date, pacing: Pacing, timeZone: string): boolean {
	const local = DateTime.fromJSDate(at, { zone: timeZone });
	return !isQuiet(minutesOf(local), pacing) && isWorkingDay(local, pacing);
}

/** The first instant from then on at which marketing may go out. */
export function firstAllowed(from: Date, pacing: Pacing, timeZone: string): Date {
	let local: DateTime = DateTime.fromJSDate(from, { zone: timeZone });
	for (let round = 0; round < MOST_ROUNDS; round++) {
		if (!isWorkingDay(local, pacing)) local = local.plus({ days: 1 }).startOf('day');
		else if (isQuiet(minutesOf(local), pacing)) local = endOfQuiet(local, pacing);
		else return local.toJSDate();
	}
	throw new RangeError('These pacing rules never let anything through');
}

function isWorkingDay(local: DateTime, { weekdays }: Pacing): boolean {
	return weekdays.length === 0 || weekdays.includes(local.weekday);
}

function isQuiet(minutes: number, { quiet }: Pacing): boolean {
	if (!quiet) return false;
	const { from, to } = quiet;
	return from < to ? from <= minutes && minutes < to : from <= minutes || minutes < to;
}

function endOfQuiet(local: DateTime, { quiet }: Pacing): DateTime {
	const to = quiet?.to ?? 0;
	const isTomorrow = minutesOf(local) >= to;
	return atMinutes(isTomorrow ? local.plus({ days: 1 }) : local, to);
}

function minutesOf({ hour, minute }: DateTime): number {
	return hour * 60 + minute;
}

/** On the day of this instant. A time that the clocks skip counts as the same time after the skip. */
export function atMinutes(local: DateTime, minutes: number): DateTime {
	return local.set({
		hour: Math.floor(minutes / 60),
		minute: minutes % 60,
		second: 0,
		millisecond: 0,
	});
}
