import fc from 'fast-check';
import { createFunnel, lastWeeks, type Cohort, type CohortMember } from '../../lifecycle/funnel.ts';
import { LAPSE_REASONS } from '../../lifecycle/lapse-reason.ts';

const UNTIL = new Date('2026-03-18T12:00:00Z');
const MONDAY = new Date('2026-03-16T00:00:00Z');
const hoursLater = (hours: number) => new Date(MONDAY.getTime() + hours * 3_600_000);

const member = (overrides: Partial<CohortMember> = {}): CohortMember => ({
	joinedAt: MONDAY,
	hadTrial: true,
	activatedAt: null,
	remindedAt: null,
	firstPaidAt: null,
	lapse: null,
	payments: [],
	sends: [],
	...overrides,
});

function count(members: readonly CohortMember[], weeks = lastWeeks(1, UNTIL, 'UTC')) {
	const funnel = createFunnel(weeks, 'UTC');
	for (const one of members) funnel.add(one);
	return funnel.cohorts();
}

describe('lastWeeks', () => {
	it.each([
		['UTC', '2026-03-29T12:00:00Z', '2026-03-16T00:00:00Z', '2026-03-30T00:00:00Z'],
		// The clocks go forward in the night to that Sunday, back in the night to 25 October.
		['Europe/Budapest', '2026-03-29T12:00:00Z', '2026-03-15T23:00:00Z', '2026-03-29T22:00:00Z'],
		['Europe/Budapest', '2026-10-25T12:00:00Z', '2026-10-11T22:00:00Z', '2026-10-25T23:00:00Z'],
		['America/Los_Angeles', '2026-03-16T06:59:59Z', '2026-03-02T08:00:00Z', '2026-03-16T07:00:00Z'],
	])('in %s until %s', (zone, until, from, to) => {
		const weeks = lastWeeks(2, new Date(until), zone);
		expect(weeks).toHaveLength(2);
		expect(weeks[0]?.startsAt).toEqual(new Date(from));
		expect(weeks[0]?.endsAt).toEqual(weeks[1]?.startsAt);
		expect(weeks[1]?.endsAt).toEqual(new Date(to));
	});

	it('refuses a time zone that is none', () => {
		expect(() => lastWeeks(1, UNTIL, 'Mars/Olympus')).toThrow('Mars/Olympus');
	});
});

describe('createFunnel', () => {
	it.each([
		['2026-01-01T12:00:00Z', '2026-W01'],
		['2024-12-30T12:00:00Z', '2025-W01'],
		['2027-01-03T12:00:00Z', '2026-W53'],
	])('names the week of %s as ISO does: %s', (until, week) => {
		expect(count([], lastWeeks(1, new Date(until), 'UTC'))).toMatchObject([{ week }]);
	});

	it('shows weeks in which nobody joined, and counts nobody who joined in another one', () => {
		const weeks = lastWeeks(3, UNTIL, 'UTC');
		const cohorts = count(
			[
				member(),
				member({ joinedAt: new Date('2026-03-08T23:59:59Z') }),
				member(),
				member({ joinedAt: new Date('2026-02-01T00:00:00Z') }),
			],
			weeks,
		);
		expect(cohorts.map(({ week, joined }) => [week, joined])).toEqual([
			['2026-W10', 1],
			['2026-W11', 0],
			['2026-W12', 2],
		]);
	});

	it.each<[string, Partial<CohortMember>, Partial<Cohort>]>([
		['signed up without a trial', { hadTrial: false }, { joined: 1, started: 0 }],
		['in the trial', {}, { joined: 1, started: 1, converted: 0, lapsed: 0 }],
		['activated', { activatedAt: MONDAY }, { activated: 1 }],
		['reminded, never paid', { remindedAt: MONDAY }, { reminded: 1 }],
		[
			'reminded, then paid',
			{ remindedAt: MONDAY, firstPaidAt: hoursLater(1) },
			{ reminded: 1, converted: 1 },
		],
		[
			'written to after having paid',
			{ remindedAt: hoursLater(2), firstPaidAt: hoursLater(1) },
			{ reminded: 0, converted: 1 },
		],
		[
			'paid before joining by a trial',
			{ firstPaidAt: hoursLater(-1), remindedAt: MONDAY },
			{ converted: 0, reminded: 1, medianDaysToConvert: null },
		],
		[
			'lapsed',
			{ lapse: { at: MONDAY, reason: 'canceled' } },
			{
				lapsed: 1,
				recovered: 0,
				lapsedBy: { no_payment_method: 0, payment_failed: 0, canceled: 1 },
			},
		],
		[
			'came back',
			{ lapse: { at: MONDAY, reason: 'no_payment_method' }, firstPaidAt: hoursLater(48) },
			{ lapsed: 1, converted: 1, recovered: 1 },
		],
		[
			'lapsed after having paid for an earlier subscription',
			{ lapse: { at: hoursLater(2), reason: 'canceled' }, firstPaidAt: hoursLater(1) },
			{ lapsed: 1, converted: 1, recovered: 0 },
		],
	])('%s', (_name, overrides, expected) => {
		expect(count([member(overrides)])).toMatchObject([expected]);
	});

	it.each([
		[[24], 1],
		[[24, 240], 1],
		[[240, 24, 48], 2],
		[[0], 0],
		[[60], 2.5],
		[[], null],
	])('after %j hours to the first payment the median is %s days', (hours, days) => {
		const members = hours.map((hour) => member({ firstPaidAt: hoursLater(hour) }));
		expect(count(members)).toMatchObject([{ medianDaysToConvert: days }]);
	});

	it('adds up sends by what became of them, suppressed ones by reason', () => {
		const suppressed = { state: 'suppressed', count: 2 };
		const [cohort] = count([
			member({ sends: [{ state: 'sent', reason: null, count: 3 }] }),
			member({
				sends: [
					{ ...suppressed, reason: 'unsubscribed' },
					{ ...suppressed, reason: null },
					{ state: 'sent', reason: null, count: 1 },
				],
			}),
		]);
		expect(cohort).toMatchObject({
			sends: { sent: 4, suppressed: 4 },
			suppressedBy: { unknown: 2, unsubscribed: 2 },
		});
	});

	describe('revenue recovered', () => {
		const lapse = { at: hoursLater(1), reason: 'no_payment_method' } as const;
		const payment = (more: object = {}) => ({
			invoiceId: 'in_1',
			at: hoursLater(2),
			amountPaid: 2900,
			currency: 'eur',
			hadFailed: false,
			...more,
		});

		it.each<[string, Partial<CohortMember>, Record<string, number>]>([
			['an ordinary conversion brought nothing back', { payments: [payment()] }, {}],
			['a payment after a lapse did', { lapse, payments: [payment()] }, { EUR: 29 }],
			['a payment before it did not', { lapse, payments: [payment({ at: hoursLater(0) })] }, {}],
			['a payment after a failure did', { payments: [payment({ hadFailed: true })] }, { EUR: 29 }],
			[
				'an invoice told of twice counts once',
				{ lapse, payments: [payment(), payment({ hadFailed: true })] },
				{ EUR: 29 },
			],
			[
				'currencies do not mix',
				{
					lapse,
					payments: [
						payment(),
						payment({ invoiceId: 'in_2', currency: 'jpy' }),
						payment({ invoiceId: 'in_3' }),
					],
				},
				{ EUR: 58, JPY: 2900 },
			],
		])('%s', (_name, overrides, revenueRecovered) => {
			const [cohort] = count([member(overrides)]);
			expect(cohort?.revenueRecovered).toEqual(revenueRecovered);
		});
	});

	describe('whoever joins', () => {
		const instant = fc.date({
			min: new Date('2026-02-01'),
			max: new Date('2026-05-01'),
			noInvalidDate: true,
		});
		const anyMember: fc.Arbitrary<CohortMember> = fc.record({
			joinedAt: instant,
			hadTrial: fc.boolean(),
			activatedAt: fc.option(instant),
			remindedAt: fc.option(instant),
			firstPaidAt: fc.option(instant),
			lapse: fc.option(fc.record({ at: instant, reason: fc.constantFrom(...LAPSE_REASONS) })),
			payments: fc.array(
				fc.record({
					invoiceId: fc.constantFrom('in_1', 'in_2'),
					at: instant,
					amountPaid: fc.constant(100),
					currency: fc.constantFrom('eur', 'usd'),
					hadFailed: fc.boolean(),
				}),
				{ maxLength: 3 },
			),
			sends: fc.array(
				fc.record({
					state: fc.constantFrom('sent', 'suppressed', 'failed'),
					reason: fc.option(fc.constantFrom('unsubscribed', 'hard_bounce')),
					count: fc.integer({ min: 1, max: 5 }),
				}),
				{ maxLength: 3 },
			),
		});
		const zone = fc.constantFrom('UTC', 'Europe/Budapest', 'Asia/Kathmandu', 'America/New_York');

		it('no part is greater than its whole, and everybody within the weeks counts once', () => {
			fc.assert(
				fc.property(fc.array(anyMember), zone, (members, timeZone) => {
					const weeks = lastWeeks(8, new Date('2026-04-20'), timeZone);
					const funnel = createFunnel(weeks, timeZone);
					for (const one of members) funnel.add(one);
					const within = members.filter(({ joinedAt }) =>
						weeks.some(({ startsAt, endsAt }) => startsAt <= joinedAt && joinedAt < endsAt),
					);
					let joined = 0;
					for (const cohort of funnel.cohorts()) {
						joined += cohort.joined;
						for (const part of [
							'started',
							'activated',
							'reminded',
							'converted',
							'lapsed',
						] as const) {
							expect(cohort[part]).toBeLessThanOrEqual(cohort.joined);
						}
						expect(cohort.recovered).toBeLessThanOrEqual(Math.min(cohort.converted, cohort.lapsed));
						expect(sum(cohort.lapsedBy)).toBe(cohort.lapsed);
						expect(sum(cohort.suppressedBy)).toBe(cohort.sends['suppressed'] ?? 0);
						expect(cohort.medianDaysToConvert === null).toBe(cohort.converted === 0);
					}
					expect(joined).toBe(within.length);
				}),
			);
		});

		it('the order in which they are counted does not matter', () => {
			fc.assert(
				fc.property(fc.array(anyMember), (members) => {
					const weeks = lastWeeks(8, new Date('2026-04-20'), 'UTC');
					expect(count(members.toReversed(), weeks)).toEqual(count(members, weeks));
				}),
			);
		});
	});
});

function sum(counts: Readonly<Record<string, number>>): number {
	return Object.values(counts).reduce((total, one) => total + one, 0);
}
