import { DEFAULT_ACCESS_POLICY } from '../../lifecycle/access.ts';
import { billingFactAt } from '../../lifecycle/billing-fact.ts';
import { aSubscription } from '../support/subscription.ts';

const READ = new Date('2026-03-02T00:00:00Z');
const TRIAL_END = new Date('2026-03-15T12:00:00Z');
const SUSPENSION = new Date('2026-03-29T12:00:00Z');
const YEARS_LATER = new Date('2029-01-01T00:00:00Z');

const before = (instant: Date) => new Date(+instant - 1);

describe('billingFactAt, of a card-less trial that was read once', () => {
	it.each([
		['when it was read', before(TRIAL_END), READ],
		['the end of the trial', TRIAL_END, TRIAL_END],
		['still the end of the trial', before(SUSPENSION), TRIAL_END],
		['the end of the days of reading', SUSPENSION, SUSPENSION],
		['the last change, however long ago', YEARS_LATER, SUSPENSION],
		['when it was read, though a clock runs before it', new Date(0), READ],
	])('is %s', (_name, now, expected) => {
		const facts = { hasPaid: false, failingSince: null };
		const moment = { readAt: READ, now };
		expect(billingFactAt(aSubscription(), facts, DEFAULT_ACCESS_POLICY, moment)).toEqual(expected);
	});
});
