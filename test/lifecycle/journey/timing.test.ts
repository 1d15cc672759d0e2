import type { Step } from '../../../lifecycle/journey/step.ts';
import { anchorOf, anchorsDue, dueAt, windowOf } from '../../../lifecycle/journey/timing.ts';
import { aSubscription } from '../../support/subscription.ts';
import { aJourney, anAccount, aStep, ENDS, STARTED } from './people.ts';

const NINE = 9 * 60;

describe('when a step is due', () => {
	it.each<[string, Partial<Step>, string, string, string]>([
		[
			'days before, at nine where they live',
			{},
			'2027-01-24T10:00Z',
			'Europe/Budapest',
			'2027-01-21T08:00Z',
		],
		[
			'by their calendar, not by UTC',
			{},
			'2027-01-24T03:00Z',
			'America/New_York',
			'2027-01-20T14:00Z',
		],
		[
			'at the very instant',
			{ timeOfDay: null },
			'2027-01-24T10:17:05Z',
			'UTC',
			'2027-01-21T10:17:05Z',
		],
		[
			'the same hour over the change to summer time',
			{ timeOfDay: null },
			'2027-03-29T10:00Z',
			'Europe/Budapest',
			'2027-03-26T11:00Z',
		],
		[
			'in hours, 72 of them over the change to summer time',
			{ unit: 'hours', amount: 72 },
			'2027-03-29T10:00Z',
			'Europe/Budapest',
			'2027-03-26T10:00Z',
		],
		[
			'in hours, whatever time of day is set',
			{ unit: 'hours', amount: 2 },
			'2027-01-24T10:00Z',
			'UTC',
			'2027-01-24T08:00Z',
		],
		[
			'at half past two where the clocks skip it',
			{ amount: 1, timeOfDay: 150 },
			'2027-03-29T10:00Z',
			'Europe/Budapest',
			'2027-03-28T01:30Z',
		],
		[
			'at half past two where it comes twice: by the time that holds from then on',
			{ amount: 1, timeOfDay: 150 },
			'2027-11-01T10:00Z',
			'Europe/Budapest',
			'2027-10-31T01:30Z',
		],
		['over the end of a month', { amount: 3 }, '2027-03-02T10:00Z', 'UTC', '2027-02-27T09:00Z'],
		[
			'over the end of a leap February',
			{ amount: 2 },
			'2028-03-01T10:00Z',
			'UTC',
			'2028-02-28T09:00Z',
		],
		[
			'days after',
			{ direction: 'after', amount: 28 },
			'2027-01-31T10:00Z',
			'UTC',
			'2027-02-28T09:00Z',
		],
		['on the day itself', { amount: 0 }, '2027-01-24T10:00Z', 'UTC', '2027-01-24T09:00Z'],
		[
			'on the day before where it ends before nine',
			{ amount: 0 },
			'2027-01-24T08:00Z',
			'UTC',
			'2027-01-23T09:00Z',
		],
		[
			'on the next day where it began after nine',
			{ direction: 'after', amount: 0 },
			'2027-01-24T10:00Z',
			'UTC',
			'2027-01-25T09:00Z',
		],
		[
			'at once',
			{ direction: 'after', amount: 0, timeOfDay: null },
			'2027-01-24T10:00Z',
			'UTC',
			'2027-01-24T10:00Z',
		],
	])('%s', (_, step, anchor, timeZone, due) => {
		expect(dueAt(aStep(step), new Date(anchor), timeZone)).toEqual(new Date(due));
	});
});

describe('the anchor of a step', () => {
	it('is neither cancellation nor end of the subscription any more when the trial that was cancelled has lapsed', () => {
		const askedAt = new Date('2027-01-15T10:00:00Z');
		const cancelled = (status: 'trialing' | 'canceled') =>
			anAccount({
				subscription: aSubscription({
					status,
					createdAt: STARTED,
					trial: { startedAt: STARTED, endsAt: ENDS },
					cancelRequestedAt: askedAt,
					cancelsAt: ENDS,
					endedAt: status === 'canceled' ? ENDS : null,
				}),
			});
		expect(anchorOf(cancelled('trialing'), 'cancellation')).toEqual(askedAt);
		expect(anchorOf(cancelled('canceled'), 'cancellation')).toBeNull();
		expect(anchorOf(cancelled('trialing'), 'subscriptionEnd')).toEqual(ENDS);
		expect(anchorOf(cancelled('canceled'), 'subscriptionEnd')).toBeNull();
		expect(anchorOf(cancelled('canceled'), 'lapse')).toEqual(ENDS);
	});
});

describe('the window of a step', () => {
	const windowFor = (step: Partial<Step>, journey = aJourney(), account = anAccount()) =>
		windowOf(aStep(step), account, journey);

	it('lasts as long as it is useful', () => {
		expect(windowFor({ usefulForHours: 6 })).toMatchObject({
			opensAt: new Date('2027-01-21T09:00Z'),
			closesAt: new Date('2027-01-21T15:00Z'),
		});
	});

	it('of a countdown closes when it is over', () => {
		expect(windowFor({ amount: 0 })?.closesAt).toEqual(new Date('2027-01-24T10:00Z'));
	});

	it.each([
		['trial that is as long', 14, true],
		['trial that is shorter', 15, false],
		['trial that is shorter by the hour of the day', 14, false, NINE],
	] as const)('exists only in a trial that holds it: %s', (_, amount, exists, timeOfDay = 600) => {
		expect(windowFor({ amount, timeOfDay }) !== null).toBe(exists);
	});

	it('opens when the quiet hours end, for marketing', () => {
		const pacing = {
			quiet: { from: 20 * 60, to: 8 * 60 },
			weekdays: [1, 2, 3, 4, 5],
			gapHours: 0,
			timeZone: 'Europe/Budapest',
		};
		// Friday evening, until Monday morning in Budapest.
		const step = { amount: 1, timeOfDay: 21 * 60 };
		const journey = aJourney({ pacing });
		const ends = new Date('2027-01-30T22:00Z');
		const subscription = aSubscription({
			trial: { startedAt: new Date('2027-01-10T10:00Z'), endsAt: ends },
		});
		const account = anAccount({ subscription });
		expect(windowFor({ ...step, category: 'transactional' }, journey, account)?.opensAt).toEqual(
			new Date('2027-01-29T20:00Z'),
		);
		expect(windowFor(step, journey, account)?.opensAt).toEqual(new Date('2027-02-01T07:00Z'));
	});

	it("goes by the contact's own zone, and by the journey's where that one is unknown", () => {
		const journey = aJourney({
			pacing: { quiet: null, weekdays: [], gapHours: 0, timeZone: 'Asia/Tokyo' },
		});
		const dueFor = (timeZone: string | null) =>
			windowFor({}, journey, anAccount({ timeZone }))?.dueAt.toISOString();
		expect(dueFor('America/New_York')).toBe('2027-01-21T14:00:00.000Z');
		expect(dueFor(null)).toBe('2027-01-21T00:00:00.000Z');
		expect(dueFor('Nowhere/Land')).toBe('2027-01-21T00:00:00.000Z');
	});
});

describe('where to look for anchors', () => {
	const now = new Date('2027-01-21T09:00Z');

	it('is a narrow place for steps in hours, and ends where a countdown is over', () => {
		const step = aStep({ unit: 'hours', amount: 2, usefulForHours: 3 });
		expect(anchorsDue(step, aJourney(), now, null)).toEqual({
			from: now,
			to: new Date('2027-01-21T11:00:00.001Z'),
		});
	});

	it('reaches back to the last look, but not beyond a month', () => {
		const step = aStep({ unit: 'hours', direction: 'after', amount: 0, usefulForHours: 1 });
		const fromAfter = (lastLook: string) =>
			anchorsDue(step, aJourney(), now, new Date(lastLook)).from;
		expect(fromAfter('2027-01-18T09:00Z')).toEqual(new Date('2027-01-18T08:00Z'));
		expect(fromAfter('2026-01-18T09:00Z')).toEqual(new Date('2026-12-22T08:00Z'));
	});
});
