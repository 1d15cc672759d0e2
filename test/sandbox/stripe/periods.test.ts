import {
	addIntervals,
	lastBoundary,
	nextBoundary,
} from '../../../sandbox/stripe/billing/periods.ts';
import { at, dateOf } from './harness.ts';

const every = (count: number, interval: string) => ({ interval, interval_count: count });

describe('billing periods', () => {
	it.each([
		['2026-01-31', 1, 'month', 1, '2026-02-28'],
		['2026-01-31', 1, 'month', 2, '2026-03-31'],
		['2028-01-31', 1, 'month', 1, '2028-02-29'],
		['2026-01-31', 1, 'month', -1, '2025-12-31'],
		['2026-11-30', 3, 'month', 1, '2027-02-28'],
		['2028-02-29', 1, 'year', 1, '2029-02-28'],
		['2028-02-29', 1, 'year', 4, '2032-02-29'],
		['2026-03-28', 1, 'week', 1, '2026-04-04'],
		['2026-03-28', 10, 'day', 1, '2026-04-07'],
	])('from %s every %i %s, %i times, come to %s', (anchor, count, interval, steps, expected) => {
		expect(dateOf(addIntervals(at(anchor), every(count, interval), steps))).toBe(expected);
	});

	it('keep the time of day through the changes of the clocks', () => {
		expect(dateOf(addIntervals(at('2026-03-01T01:30:00Z'), every(1, 'month'), 1))).toBe(
			'2026-04-01 01:30',
		);
	});

	it.each([
		['2026-01-31', 'month', '2026-01-31', '2026-02-28', '2026-01-31'],
		['2026-01-31', 'month', '2026-02-28', '2026-03-31', '2026-02-28'],
		['2026-01-31', 'month', '2026-02-27', '2026-02-28', '2026-01-31'],
		['2026-01-31', 'month', '2029-02-10', '2029-02-28', '2029-01-31'],
		['2026-01-31', 'month', '2026-01-15', '2026-01-31', '2025-12-31'],
		['2026-01-01', 'year', '2036-06-01', '2037-01-01', '2036-01-01'],
		['2026-01-01', 'day', '2026-01-01T12:00:00Z', '2026-01-02', '2026-01-01'],
	])('anchored at %s by the %s, around %s: next %s, last %s', (anchor, unit, now, next, last) => {
		const rhythm = every(1, unit);
		expect(dateOf(nextBoundary(at(anchor), rhythm, at(now)))).toBe(next);
		expect(dateOf(lastBoundary(at(anchor), rhythm, at(now)))).toBe(last);
	});
});
