import fc from 'fast-check';
import { ACCESS_LEVELS } from '../../lifecycle/access-level.ts';
import {
	decideAccess,
	DEFAULT_ACCESS_POLICY,
	isAccessReason,
	type AccessFacts,
	type AccessPolicy,
} from '../../lifecycle/access.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const TRIAL_END = new Date('2026-03-15T12:00:00Z');
const IN_TRIAL = new Date('2026-03-10T12:00:00Z');
const LATER = new Date('2026-06-01T12:00:00Z');
const FAILED_AT = new Date('2026-05-28T12:00:00Z');
const GRACE_END = new Date('2026-06-04T12:00:00Z');
const LAPSE_END = new Date('2026-03-29T12:00:00Z');
const PERIOD_END = new Date('2026-06-15T12:00:00Z');
const GIVEN_UP = new Date('2026-03-31T12:00:00Z');
const DUNNED_READ_UNTIL = new Date('2026-04-14T12:00:00Z');
const DUNNED: Partial<Subscription> = {
	status: 'canceled',
	hasPaymentMethod: true,
	endedAt: GIVEN_UP,
	cancellation: { reason: 'payment_failed', feedback: null, comment: null },
};

const NEVER_PAID: AccessFacts = { hasPaid: false, failingSince: null };
const PAID: AccessFacts = { hasPaid: true, failingSince: null };
const FAILING: AccessFacts = { hasPaid: true, failingSince: FAILED_AT };
const just = (instant: Date) => new Date(instant.getTime() - 1);

describe('decideAccess', () => {
	it.each<[string, Partial<Subscription>, AccessFacts, Date, string, string, Date | null]>([
		['in the trial', {}, NEVER_PAID, IN_TRIAL, 'full', 'trialing', TRIAL_END],
		[
			'cancelled in the trial',
			{ cancelsAt: TRIAL_END },
			NEVER_PAID,
			IN_TRIAL,
			'full',
			'cancellation_scheduled',
			TRIAL_END,
		],
		[
			'cancelled for after the trial',
			{ cancelsAt: PERIOD_END },
			NEVER_PAID,
			IN_TRIAL,
			'full',
			'trialing',
			TRIAL_END,
		],
		['paying', { status: 'active' }, PAID, LATER, 'full', 'active', null],
		[
			'paying, cancelled for later',
			{ status: 'active', cancelsAt: PERIOD_END },
			PAID,
			LATER,
			'full',
			'cancellation_scheduled',
			PERIOD_END,
		],
		[
			'the millisecond before that',
			{ status: 'active', cancelsAt: PERIOD_END },
			PAID,
			just(PERIOD_END),
			'full',
			'cancellation_scheduled',
			PERIOD_END,
		],
		[
			'that end has come',
			{ status: 'active', cancelsAt: PERIOD_END },
			PAID,
			PERIOD_END,
			'suspended',
			'canceled',
			null,
		],
		[
			'the card failed',
			{ status: 'past_due', hasPaymentMethod: true },
			FAILING,
			LATER,
			'grace',
			'past_due',
			GRACE_END,
		],
		[
			'the millisecond before grace ends',
			{ status: 'past_due', hasPaymentMethod: true },
			FAILING,
			just(GRACE_END),
			'grace',
			'past_due',
			GRACE_END,
		],
		[
			'grace is over',
			{ status: 'past_due', hasPaymentMethod: true },
			FAILING,
			GRACE_END,
			'read_only',
			'past_due',
			null,
		],
		[
			'past due, nobody knows since when',
			{ status: 'past_due' },
			PAID,
			LATER,
			'grace',
			'past_due',
			new Date('2026-06-08T12:00:00Z'),
		],
		[
			'the first charge after the trial failed',
			{ status: 'past_due', hasPaymentMethod: true },
			{ hasPaid: false, failingSince: FAILED_AT },
			LATER,
			'grace',
			'past_due',
			GRACE_END,
		],
		['no more retries', { status: 'unpaid' }, FAILING, LATER, 'suspended', 'unpaid', null],
		[
			'no more retries of the first charge',
			{ status: 'unpaid' },
			NEVER_PAID,
			IN_TRIAL,
			'suspended',
			'unpaid',
			null,
		],
		[
			'paused after the last retry',
			{ status: 'paused', pausedFor: 'final_payment_failure' },
			FAILING,
			LATER,
			'suspended',
			'unpaid',
			null,
		],
		[
			'the trial ended without a card',
			{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
			NEVER_PAID,
			TRIAL_END,
			'read_only',
			'trial_lapsed',
			LAPSE_END,
		],
		[
			'that was a moment less than 14 days ago',
			{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
			NEVER_PAID,
			just(LAPSE_END),
			'read_only',
			'trial_lapsed',
			LAPSE_END,
		],
		[
			'that was 14 days ago',
			{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
			NEVER_PAID,
			LAPSE_END,
			'suspended',
			'trial_lapsed',
			null,
		],
		[
			'the trial ended canceled',
			{ status: 'canceled', endedAt: TRIAL_END },
			NEVER_PAID,
			TRIAL_END,
			'read_only',
			'trial_lapsed',
			LAPSE_END,
		],
		[
			'the first charge failed until Stripe gave up',
			DUNNED,
			NEVER_PAID,
			GIVEN_UP,
			'read_only',
			'trial_lapsed',
			DUNNED_READ_UNTIL,
		],
		[
			'that was a moment less than 14 days ago',
			DUNNED,
			NEVER_PAID,
			just(DUNNED_READ_UNTIL),
			'read_only',
			'trial_lapsed',
			DUNNED_READ_UNTIL,
		],
		[
			'that was 14 days ago',
			DUNNED,
			NEVER_PAID,
			DUNNED_READ_UNTIL,
			'suspended',
			'trial_lapsed',
			null,
		],
		[
			'a later charge failed until Stripe gave up',
			DUNNED,
			PAID,
			GIVEN_UP,
			'suspended',
			'canceled',
			null,
		],
		[
			'invoiced without a card, and given up',
			{ ...DUNNED, hasPaymentMethod: false },
			NEVER_PAID,
			GIVEN_UP,
			'suspended',
			'trial_lapsed',
			null,
		],
		[
			'invoiced without a card',
			{ status: 'past_due' },
			NEVER_PAID,
			TRIAL_END,
			'read_only',
			'trial_lapsed',
			LAPSE_END,
		],
		[
			'left after paying',
			{ status: 'canceled', endedAt: LATER },
			PAID,
			LATER,
			'suspended',
			'canceled',
			null,
		],
		[
			'canceled, neither trial nor payment',
			{ status: 'canceled', trial: null },
			NEVER_PAID,
			LATER,
			'suspended',
			'canceled',
			null,
		],
		[
			'resting on request',
			{ status: 'paused', pausedFor: 'pause_requested' },
			PAID,
			LATER,
			'read_only',
			'paused',
			null,
		],
		[
			'first payment open',
			{ status: 'incomplete', trial: null },
			NEVER_PAID,
			LATER,
			'none',
			'no_subscription',
			null,
		],
	])('%s', (_, overrides, facts, now, level, reason, until) => {
		expect(decideAccess(aSubscription(overrides), facts, DEFAULT_ACCESS_POLICY, now)).toEqual({
			level,
			reason,
			until,
		});
	});

	it('of nobody is none', () => {
		expect(decideAccess(null, NEVER_PAID, DEFAULT_ACCESS_POLICY, LATER).level).toBe('none');
	});

	it.each<[string, Partial<AccessPolicy>, Partial<Subscription>, AccessFacts, Date, string]>([
		[
			'no grace',
			{ graceDays: 0 },
			{ status: 'past_due', hasPaymentMethod: true },
			FAILING,
			FAILED_AT,
			'read_only',
		],
		[
			'a month of grace',
			{ graceDays: 30 },
			{ status: 'past_due', hasPaymentMethod: true },
			FAILING,
			LATER,
			'grace',
		],
		[
			'no reading after a trial',
			{ lapsedReadOnlyDays: 0 },
			{ status: 'canceled' },
			NEVER_PAID,
			TRIAL_END,
			'suspended',
		],
		[
			'full while paused',
			{ whenPaused: 'full' },
			{ status: 'paused', pausedFor: 'pause_requested' },
			PAID,
			LATER,
			'full',
		],
	])('is ruled by the policy: %s', (_, policy, overrides, facts, now, level) => {
		const ruled = { ...DEFAULT_ACCESS_POLICY, ...policy };
		expect(decideAccess(aSubscription(overrides), facts, ruled, now).level).toBe(level);
	});

	const aState = fc.record({
		subscription: fc
			.record({
				status: fc.constantFrom('active', 'canceled', 'past_due', 'paused', 'trialing', 'unpaid'),
				pausedFor: fc.constant('trial_end_without_payment_method' as const),
				hasPaymentMethod: fc.boolean(),
				withoutPaymentMethod: fc.constantFrom('cancel', 'pause'),
				cancelsAt: fc.option(fc.constantFrom(TRIAL_END, PERIOD_END)),
			} as const)
			.map((overrides) => aSubscription(overrides)),
		facts: fc.record({ hasPaid: fc.boolean(), failingSince: fc.constant(FAILED_AT) }),
	});
	const anHour = fc
		.integer({ min: 0, max: 5_000 })
		.map((hour) => new Date(IN_TRIAL.getTime() + hour * 3_600_000));

	it('never gives more access only because time passes', () => {
		fc.assert(
			fc.property(aState, anHour, anHour, ({ subscription, facts }, one, other) => {
				const [earlier, later] = one <= other ? [one, other] : [other, one];
				const rung = (now: Date) =>
					ACCESS_LEVELS.indexOf(
						decideAccess(subscription, facts, DEFAULT_ACCESS_POLICY, now).level,
					);
				expect(rung(later)).toBeGreaterThanOrEqual(rung(earlier));
			}),
		);
	});

	it('stays as decided until the instant that it names', () => {
		fc.assert(
			fc.property(aState, anHour, ({ subscription, facts }, now) => {
				const { level, until } = decideAccess(subscription, facts, DEFAULT_ACCESS_POLICY, now);
				fc.pre(until !== null && until > now);
				const lastMoment = decideAccess(
					subscription,
					facts,
					DEFAULT_ACCESS_POLICY,
					just(until ?? now),
				);
				expect(lastMoment.level).toBe(level);
			}),
		);
	});
});

describe('isAccessReason', () => {
	it.each([
		['past_due', true],
		['trial_lapsed', true],
		['abuse', false],
		['', false],
	])('%s: %s', (reason, isBilling) => {
		expect(isAccessReason(reason)).toBe(isBilling);
	});
});
