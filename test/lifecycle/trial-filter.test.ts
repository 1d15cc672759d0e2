import type { Subscription } from '../../lifecycle/subscription.ts';
import { mayBeWanted, statusesOf, type TrialFilter } from '../../lifecycle/trial-filter.ts';
import { stageOf } from '../../lifecycle/stage.ts';
import { PAUSE_REASONS, SUBSCRIPTION_STATUSES } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const ALL: TrialFilter = {
	stage: null,
	endsWithinDays: null,
	lapsedWithinDays: null,
	lapsedForDays: null,
};
const BEFORE_END = new Date('2026-03-12T12:00:00Z');
const AFTER_END = new Date('2026-03-20T12:00:00Z');
const CANCELED_EARLY: Partial<Subscription> = {
	status: 'canceled',
	endedAt: new Date('2026-03-05T12:00:00Z'),
};
const GIVEN_UP: Partial<Subscription> = {
	status: 'canceled',
	hasPaymentMethod: true,
	endedAt: new Date('2026-03-18T12:00:00Z'),
	cancellation: { reason: 'payment_failed', feedback: null, comment: null },
};

describe('which trials are wanted', () => {
	it.each<[string, Partial<Subscription>, Partial<TrialFilter>, Date, boolean]>([
		['every one', {}, {}, BEFORE_END, true],
		['none that never was a trial', { trial: null }, {}, BEFORE_END, false],
		['ends in 3 days, within 3', {}, { endsWithinDays: 3 }, BEFORE_END, true],
		['ends in 3 days, within 2', {}, { endsWithinDays: 2 }, BEFORE_END, false],
		['has ended, within 3', {}, { endsWithinDays: 3 }, AFTER_END, false],
		['over for 5 days, within 5', {}, { lapsedWithinDays: 5 }, AFTER_END, true],
		['over for 5 days, within 4', {}, { lapsedWithinDays: 4 }, AFTER_END, false],
		['over for 5 days, for 5', {}, { lapsedForDays: 5 }, AFTER_END, true],
		['over for 5 days, for 6', {}, { lapsedForDays: 6 }, AFTER_END, false],
		[
			'over for 5 days, between 3 and 7',
			{},
			{ lapsedForDays: 3, lapsedWithinDays: 7 },
			AFTER_END,
			true,
		],
		['not over yet', {}, { lapsedWithinDays: 30 }, BEFORE_END, false],
		[
			'canceled 15 days ago counts from then, not from the end it was to have',
			CANCELED_EARLY,
			{ lapsedWithinDays: 14 },
			AFTER_END,
			false,
		],
		['the same, a day longer', CANCELED_EARLY, { lapsedWithinDays: 15 }, AFTER_END, true],
		['given up 2 days ago counts from then', GIVEN_UP, { lapsedWithinDays: 2 }, AFTER_END, true],
		['the same, looked for as older', GIVEN_UP, { lapsedForDays: 3 }, AFTER_END, false],
	])('%s', (_, subscription, filter, now, wanted) => {
		expect(mayBeWanted(aSubscription(subscription), { ...ALL, ...filter }, now)).toBe(wanted);
	});

	it('looks for each stage under every status that can have it', () => {
		for (const status of SUBSCRIPTION_STATUSES) {
			for (const pausedFor of status === 'paused' ? [...PAUSE_REASONS, null] : [null]) {
				for (const hasPaid of [true, false]) {
					for (const hasPaymentMethod of [true, false]) {
						const now = status === 'trialing' ? BEFORE_END : AFTER_END;
						const subscription = aSubscription({ status, pausedFor, hasPaymentMethod });
						const stage = stageOf(subscription, { hasPaid }, now);
						if (stage === 'none') continue;
						expect([stage, statusesOf(stage)]).toEqual([
							stage,
							expect.arrayContaining([status]) as string[],
						]);
						expect(statusesOf(null)).toContain(status);
					}
				}
			}
		}
	});
});
