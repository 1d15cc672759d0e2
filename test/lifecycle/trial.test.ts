import fc from 'fast-check';
import {
	daysLeft,
	isTimeZone,
	outcomeAtTrialEnd,
	trialDaysLeft,
	trialEnd,
} from '../../lifecycle/trial.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const ZONES = [
	'UTC',
	'Europe/Budapest',
	'America/New_York',
	'Asia/Kolkata',
	'Pacific/Apia',
	'Pacific/Kiritimati',
	'Australia/Lord_Howe',
];
const anInstant = fc.date({
	min: new Date('2015-01-01T00:00:00Z'),
	max: new Date('2035-01-01T00:00:00Z'),
	noInvalidDate: true,
});

describe('daysLeft', () => {
	it.each([
		// What, trial end, now, zone, days.
		['a second before the end', '2026-05-10T12:00:00Z', '2026-05-10T11:59:59Z', 'UTC', 0],
		['the morning of the last day', '2026-05-10T12:00:00Z', '2026-05-10T00:00:00Z', 'UTC', 0],
		['a second before the last day', '2026-05-10T12:00:00Z', '2026-05-09T23:59:59Z', 'UTC', 1],
		['13 hours, yet tomorrow', '2026-05-10T12:00:00Z', '2026-05-09T23:00:00Z', 'UTC', 1],
		['the evening after the end', '2026-05-10T12:00:00Z', '2026-05-10T20:00:00Z', 'UTC', 0],
		['the day after the end', '2026-05-10T12:00:00Z', '2026-05-11T00:00:00Z', 'UTC', -1],
		[
			'already tomorrow in Auckland',
			'2026-05-10T12:00:00Z',
			'2026-05-08T13:00:00Z',
			'Pacific/Auckland',
			2,
		],
		[
			'still yesterday in Honolulu',
			'2026-05-10T05:00:00Z',
			'2026-05-09T12:00:00Z',
			'Pacific/Honolulu',
			0,
		],
		[
			'over a day of 23 hours',
			'2026-03-30T10:00:00+02:00',
			'2026-03-28T23:30:00+01:00',
			'Europe/Budapest',
			2,
		],
		[
			'inside a day of 23 hours',
			'2026-03-29T23:30:00+02:00',
			'2026-03-29T00:30:00+01:00',
			'Europe/Budapest',
			0,
		],
		[
			'over a day of 25 hours',
			'2026-10-26T00:30:00+01:00',
			'2026-10-25T00:30:00+02:00',
			'Europe/Budapest',
			1,
		],
		[
			'inside a day of 25 hours',
			'2026-10-25T23:59:00+01:00',
			'2026-10-25T00:00:00+02:00',
			'Europe/Budapest',
			0,
		],
		[
			'a midnight that does not exist',
			'2026-09-06T12:00:00-03:00',
			'2026-09-05T12:00:00-04:00',
			'America/Santiago',
			1,
		],
		['the end of a month', '2026-03-01T00:00:00Z', '2026-02-28T12:00:00Z', 'UTC', 1],
		[
			'the end of February in a leap year',
			'2028-03-01T00:00:00Z',
			'2028-02-28T12:00:00Z',
			'UTC',
			2,
		],
		['the end of a year', '2027-01-01T08:00:00Z', '2026-12-31T23:00:00Z', 'UTC', 1],
		[
			'a date that a country skipped',
			'2011-12-31T12:00:00+14:00',
			'2011-12-29T12:00:00-10:00',
			'Pacific/Apia',
			2,
		],
	])('%s', (_, endsAt, now, zone, days) => {
		expect(daysLeft(new Date(endsAt), new Date(now), zone)).toBe(days);
	});

	it('drops by exactly one from each day to the next, in every zone', () => {
		fc.assert(
			fc.property(anInstant, anInstant, fc.constantFrom(...ZONES), (endsAt, now, zone) => {
				const hours = Array.from({ length: 49 }, (_, hour) => now.getTime() + hour * 3_600_000);
				const counts = hours.map((hour) => daysLeft(endsAt, new Date(hour), zone));
				for (const [index, count] of counts.entries()) {
					const next = counts[index + 1] ?? count;
					expect([0, 1]).toContain(count - next);
				}
				expect((counts[0] ?? 0) - (counts[48] ?? 0)).toBeGreaterThanOrEqual(1);
			}),
			{ numRuns: 50 },
		);
	});

	it('is 0 exactly on the calendar day of the end', () => {
		fc.assert(
			fc.property(
				anInstant,
				fc.integer({ min: -72, max: 72 }),
				fc.constantFrom(...ZONES),
				(endsAt, hours, zone) => {
					const now = new Date(endsAt.getTime() + hours * 3_600_000);
					const day = new Intl.DateTimeFormat('en-CA', { timeZone: zone });
					expect(daysLeft(endsAt, now, zone) === 0).toBe(day.format(endsAt) === day.format(now));
				},
			),
		);
	});

	it('names a zone that does not exist', () => {
		expect(() => daysLeft(new Date(0), new Date(0), 'Europe/Atlantis')).toThrow(/Europe\/Atlantis/);
	});
});

describe('isTimeZone', () => {
	it.each([
		['Europe/Budapest', true],
		['UTC', true],
		['Europe/Atlantis', false],
		['', false],
	])('%s: %s', (zone, known) => {
		expect(isTimeZone(zone)).toBe(known);
	});
});

describe('trialEnd', () => {
	const now = new Date('2026-03-28T23:30:00Z');

	it.each([
		['one day', { days: 1 }, '2026-03-29T23:30:00Z'],
		['14 days across a change of clocks', { days: 14 }, '2026-04-11T23:30:00Z'],
		['two years', { days: 730 }, '2028-03-27T23:30:00Z'],
		[
			'an instant a minute away',
			{ endsAt: new Date('2026-03-28T23:31:00Z') },
			'2026-03-28T23:31:00Z',
		],
		[
			'the last instant allowed',
			{ endsAt: new Date('2028-03-27T23:30:00Z') },
			'2028-03-27T23:30:00Z',
		],
	])('%s', (_, length, expected) => {
		expect(trialEnd(length, now)).toEqual(new Date(expected));
	});

	it.each([
		['no days', { days: 0 }, /1 to 730 whole days, not 0/],
		['731 days', { days: 731 }, /not 731/],
		['half a day', { days: 0.5 }, /not 0.5/],
		['days that are no number', { days: Number.NaN }, /not NaN/],
		['now', { endsAt: now }, /in the future/],
		['the past', { endsAt: new Date('2026-03-28T23:29:59Z') }, /in the future/],
		['a second too far', { endsAt: new Date('2028-03-27T23:30:01Z') }, /at most 730 days/],
		['no date', { endsAt: new Date('soon') }, /not a date/],
	])('refuses %s', (_, length, message) => {
		expect(() => trialEnd(length, now)).toThrow(message);
		expect(() => trialEnd(length, now)).toThrow(RangeError);
	});
});

describe('trialDaysLeft', () => {
	const now = new Date('2026-03-10T12:00:00Z');
	const overYesterday = { ...aSubscription().trial, endsAt: new Date('2026-03-09T12:00:00Z') };

	it.each([
		['a running trial', {}, 5],
		['one that Stripe is about to end', { trial: overYesterday }, 0],
		['one that was canceled before its end', { status: 'canceled', endedAt: now }, 0],
		['one that lapsed', { status: 'paused', trial: overYesterday }, 0],
		['a customer who has converted', { status: 'active', trial: overYesterday }, 0],
		['a trial that costs something', { status: 'active' }, 5],
		['no trial at all', { status: 'active', trial: null }, null],
	] as const)('%s', (_, overrides, days) => {
		const subscription = aSubscription(overrides as Partial<Subscription>);
		expect(trialDaysLeft(subscription, now, 'UTC')).toBe(days);
	});
});

describe('outcomeAtTrialEnd', () => {
	const trialEndsAt = new Date('2026-03-15T12:00:00Z');

	it.each([
		['a card', { hasPaymentMethod: true }, 'charges_card'],
		['no card, pause', { withoutPaymentMethod: 'pause' }, 'pauses'],
		['no card, cancel', { withoutPaymentMethod: 'cancel' }, 'cancels'],
		['no card, invoice', { withoutPaymentMethod: 'create_invoice' }, 'invoices'],
		[
			'a card, cancelled for the end of the trial',
			{ hasPaymentMethod: true, cancelsAt: trialEndsAt },
			'ends_as_requested',
		],
		[
			'a card, cancelled for later',
			{ hasPaymentMethod: true, cancelsAt: new Date('2026-03-15T12:00:01Z') },
			'charges_card',
		],
	] as const)('%s', (_, overrides, outcome) => {
		expect(outcomeAtTrialEnd(aSubscription(overrides))).toBe(outcome);
	});
});
