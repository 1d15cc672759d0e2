import { firstAllowed, isAllowed } from '../../../lifecycle/journey/pacing.ts';
import type { Pacing } from '../../../lifecycle/journey/step.ts';

const NIGHT = { from: 20 * 60, to: 8 * 60 };
const NOON = { from: 12 * 60, to: 13 * 60 };
const WORKDAYS = [1, 2, 3, 4, 5];

function pacing(more: Partial<Pacing> = {}): Pacing {
	return { quiet: null, weekdays: [], gapHours: 0, timeZone: 'UTC', ...more };
}

describe('whether something may go out', () => {
	it.each<[string, Partial<Pacing>, string, string, boolean]>([
		['always without rules', {}, '2027-01-23T03:00Z', 'UTC', true],
		['not in the evening', { quiet: NIGHT }, '2027-01-22T20:00Z', 'UTC', false],
		['until the evening', { quiet: NIGHT }, '2027-01-22T19:59Z', 'UTC', true],
		['not before the morning', { quiet: NIGHT }, '2027-01-22T07:59Z', 'UTC', false],
		['in the morning', { quiet: NIGHT }, '2027-01-22T08:00Z', 'UTC', true],
		['not at midnight', { quiet: NIGHT }, '2027-01-22T00:00Z', 'UTC', false],
		['not at noon', { quiet: NOON }, '2027-01-22T12:30Z', 'UTC', false],
		['after noon', { quiet: NOON }, '2027-01-22T13:00Z', 'UTC', true],
		['by the clock over there', { quiet: NIGHT }, '2027-01-22T12:00Z', 'Asia/Tokyo', false],
		['on Fridays', { weekdays: WORKDAYS }, '2027-01-22T12:00Z', 'UTC', true],
		['not on Saturdays', { weekdays: WORKDAYS }, '2027-01-23T12:00Z', 'UTC', false],
		[
			'not where it is Saturday already',
			{ weekdays: WORKDAYS },
			'2027-01-22T16:00Z',
			'Asia/Tokyo',
			false,
		],
	])('%s', (_, rules, at, timeZone, allowed) => {
		expect(isAllowed(new Date(at), pacing(rules), timeZone)).toBe(allowed);
	});
});

describe('when it may go out at the earliest', () => {
	it.each<[string, Partial<Pacing>, string, string, string]>([
		['at once', { quiet: NIGHT }, '2027-01-22T10:11:12Z', 'UTC', '2027-01-22T10:11:12Z'],
		[
			'in the morning of the next day',
			{ quiet: NIGHT },
			'2027-01-22T21:30Z',
			'UTC',
			'2027-01-23T08:00Z',
		],
		[
			'in the morning of the same day',
			{ quiet: NIGHT },
			'2027-01-22T02:30Z',
			'UTC',
			'2027-01-22T08:00Z',
		],
		[
			'after the weekend, at midnight',
			{ weekdays: WORKDAYS },
			'2027-01-23T12:00Z',
			'UTC',
			'2027-01-25T00:00Z',
		],
		[
			'after the weekend and the night',
			{ weekdays: WORKDAYS, quiet: NIGHT },
			'2027-01-22T21:00Z',
			'UTC',
			'2027-01-25T08:00Z',
		],
		[
			'after a night that summer time shortens',
			{ quiet: NIGHT },
			'2027-03-27T22:00Z',
			'Europe/Budapest',
			'2027-03-28T06:00Z',
		],
		[
			'at the end of a night that ends in the skipped hour',
			{ quiet: { from: 1200, to: 150 } },
			'2027-03-27T22:00Z',
			'Europe/Budapest',
			'2027-03-28T01:30Z',
		],
		[
			'after a night that winter time lengthens',
			{ quiet: NIGHT },
			'2027-10-30T22:00Z',
			'Europe/Budapest',
			'2027-10-31T07:00Z',
		],
	])('%s', (_, rules, from, timeZone, first) => {
		expect(firstAllowed(new Date(from), pacing(rules), timeZone)).toEqual(new Date(first));
	});
});
