import fc from 'fast-check';
import { ONE_TRIAL_EVER, trialEligibility } from '../../lifecycle/eligibility.ts';
import type { TrialRequest } from '../../lifecycle/eligibility.ts';
import { aSubscription } from '../support/subscription.ts';

const TRIAL_END = new Date('2026-03-15T12:00:00Z');
const COOL_OFF_90 = { ...ONE_TRIAL_EVER, coolOffDays: 90 };
/** 90 days after TRIAL_END, across the change to summer time. */
const COOLED_OFF = new Date('2026-06-13T12:00:00Z');
const JUST_BEFORE = new Date('2026-06-13T11:59:59Z');

const lapsed = aSubscription({ status: 'canceled', endedAt: TRIAL_END });
const payingWithoutTrial = aSubscription({ id: 'sub_2', status: 'active', trial: null });

function ask(overrides: Partial<TrialRequest>) {
	return trialEligibility({
		email: 'ann@example.com',
		history: [],
		policy: ONE_TRIAL_EVER,
		now: new Date('2026-04-01T00:00:00Z'),
		...overrides,
	});
}

describe('trialEligibility by history', () => {
	it.each([
		['nothing', [], true, 'new'],
		['a running trial', [aSubscription()], false, 'trialing'],
		['a trial that was canceled', [lapsed], false, 'had_trial'],
		[
			'a trial that paused without a card',
			[aSubscription({ status: 'paused', pausedFor: 'trial_end_without_payment_method' })],
			false,
			'had_trial',
		],
		[
			'a trial that paused, no reason known',
			[aSubscription({ status: 'paused' })],
			false,
			'had_trial',
		],
		['a live customer', [payingWithoutTrial], false, 'subscribed'],
		['a customer in arrears', [aSubscription({ status: 'past_due' })], false, 'subscribed'],
		['a customer who does not pay', [aSubscription({ status: 'unpaid' })], false, 'subscribed'],
		[
			'a customer who asked for a pause',
			[aSubscription({ status: 'paused', pausedFor: 'pause_requested' })],
			false,
			'subscribed',
		],
		[
			'a former customer who never had a trial',
			[aSubscription({ status: 'canceled', trial: null, endedAt: TRIAL_END })],
			true,
			'new',
		],
		[
			'an attempt that was never paid',
			[aSubscription({ status: 'incomplete_expired', trial: null })],
			true,
			'new',
		],
		[
			'an attempt that is still open',
			[aSubscription({ status: 'incomplete', trial: null })],
			true,
			'new',
		],
		[
			'a trial that never began for want of a payment',
			[aSubscription({ status: 'incomplete_expired' })],
			true,
			'new',
		],
		[
			'a trial of another plan, long before the present one',
			[lapsed, payingWithoutTrial],
			false,
			'subscribed',
		],
		['an old trial beside a running one', [lapsed, aSubscription()], false, 'trialing'],
	] as const)('%s', (_, history, eligible, reason) => {
		expect(ask({ history })).toMatchObject({ eligible, reason });
	});

	it('lists the trials there were, oldest first, with the plans and their real ends', () => {
		const first = aSubscription({
			id: 'sub_first',
			status: 'canceled',
			trial: {
				startedAt: new Date('2025-01-01T00:00:00Z'),
				endsAt: new Date('2025-01-15T00:00:00Z'),
			},
			endedAt: new Date('2025-01-03T00:00:00Z'),
		});
		const converted = aSubscription({ status: 'canceled', endedAt: new Date('2026-08-01') });
		const never = aSubscription({ id: 'sub_never', status: 'incomplete_expired' });

		expect(ask({ history: [converted, never, first] }).previousTrials).toEqual([
			{
				subscriptionId: 'sub_first',
				startedAt: new Date('2025-01-01T00:00:00Z'),
				endedAt: new Date('2025-01-03T00:00:00Z'),
				priceIds: ['price_pro'],
			},
			{
				subscriptionId: 'sub_1',
				startedAt: new Date('2026-03-01T12:00:00Z'),
				endedAt: TRIAL_END,
				priceIds: ['price_pro'],
			},
		]);
	});
});

describe('trialEligibility by cool-off', () => {
	it.each([
		['never again', ONE_TRIAL_EVER, COOLED_OFF, false, 'had_trial', null],
		['a second too early', COOL_OFF_90, JUST_BEFORE, false, 'had_trial', COOLED_OFF],
		['exactly over', COOL_OFF_90, COOLED_OFF, true, 'cool_off_over', null],
		['none at all', { ...COOL_OFF_90, coolOffDays: 0 }, TRIAL_END, true, 'cool_off_over', null],
	] as const)('%s', (_, policy, now, eligible, reason, eligibleAt) => {
		expect(ask({ history: [lapsed], policy, now })).toMatchObject({ eligible, reason, eligibleAt });
	});

	it('counts from the end of an extended trial', () => {
		const extended = aSubscription({
			status: 'canceled',
			trial: {
				startedAt: new Date('2026-03-01T12:00:00Z'),
				endsAt: new Date('2026-04-15T12:00:00Z'),
			},
			endedAt: new Date('2026-04-15T12:00:00Z'),
		});
		expect(ask({ history: [extended], policy: COOL_OFF_90, now: COOLED_OFF })).toMatchObject({
			eligible: false,
			eligibleAt: new Date('2026-07-14T12:00:00Z'),
		});
	});

	it('counts from the end of the paid time, not of the trial three years before', () => {
		const customer = aSubscription({
			status: 'canceled',
			endedAt: new Date('2029-03-15T12:00:00Z'),
		});
		const nextDay = new Date('2029-03-16T12:00:00Z');
		expect(ask({ history: [customer], policy: COOL_OFF_90, now: nextDay })).toMatchObject({
			eligible: false,
			reason: 'had_trial',
		});
	});

	it('counts from the last thing they had, with or without a trial', () => {
		const paidLater = aSubscription({
			id: 'sub_2',
			status: 'canceled',
			trial: null,
			endedAt: new Date('2026-06-01T12:00:00Z'),
		});
		expect(
			ask({ history: [lapsed, paidLater], policy: COOL_OFF_90, now: COOLED_OFF }),
		).toMatchObject({ eligible: false, eligibleAt: new Date('2026-08-30T12:00:00Z') });
	});

	it('opens again after a trial that paused and stayed so', () => {
		const paused = aSubscription({
			status: 'paused',
			pausedFor: 'trial_end_without_payment_method',
		});
		expect(ask({ history: [paused], policy: COOL_OFF_90, now: COOLED_OFF })).toMatchObject({
			eligible: true,
			reason: 'cool_off_over',
		});
	});
});

describe('trialEligibility by other signs', () => {
	const blocked = { ...ONE_TRIAL_EVER, blockedDomains: ['mailinator.com', ' MÜNCHEN.de '] };

	it.each([
		['x@mailinator.com', false],
		['x@Sub.Mailinator.com', false],
		['x@münchen.de', false],
		['x@notmailinator.com', true],
		['x@mailinator.com.example.org', true],
	])('a blocked domain: %s', (email, eligible) => {
		expect(ask({ email, policy: blocked })).toMatchObject({
			eligible,
			reason: eligible ? 'new' : 'blocked_domain',
		});
	});

	it.each([
		['card', 'same_card'],
		['fingerprint', 'same_fingerprint'],
		['email', 'had_trial'],
	] as const)('a trial known by %s: %s', (sharedBy, reason) => {
		const trialsElsewhere = [{ sharedBy, endedAt: TRIAL_END }];
		expect(ask({ trialsElsewhere })).toMatchObject({ eligible: false, reason });
		expect(ask({ trialsElsewhere, policy: COOL_OFF_90, now: COOLED_OFF })).toMatchObject({
			eligible: true,
			reason: 'cool_off_over',
		});
	});

	it('waits for the later of two cool-offs', () => {
		const trialsElsewhere = [
			{ sharedBy: 'card', endedAt: new Date('2026-04-15T12:00:00Z') },
		] as const;
		expect(
			ask({ history: [lapsed], trialsElsewhere, policy: COOL_OFF_90, now: COOLED_OFF }),
		).toMatchObject({
			eligible: false,
			reason: 'same_card',
			eligibleAt: new Date('2026-07-14T12:00:00Z'),
		});
	});
});

describe('trialEligibility with an override', () => {
	const policy = {
		...ONE_TRIAL_EVER,
		blockedDomains: ['mailinator.com'],
		override: { reason: 'fair visitor' },
	};

	it.each([
		['opens for someone who had a trial', { history: [lapsed] }, true, 'overridden'],
		['opens a blocked domain', { email: 'x@mailinator.com' }, true, 'overridden'],
		['is not named where it is not needed', {}, true, 'new'],
		['does not open beside a running trial', { history: [aSubscription()] }, false, 'trialing'],
		[
			'does not open beside a live customer',
			{ history: [payingWithoutTrial] },
			false,
			'subscribed',
		],
	] as const)('%s', (_, request, eligible, reason) => {
		expect(ask({ ...request, policy })).toMatchObject({ eligible, reason, eligibleAt: null });
	});
});

describe('trialEligibility at every hour', () => {
	it('turns from no to yes once, at the instant it announced', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 0, max: 1_000 }),
				fc.integer({ min: 0, max: 40_000 }),
				(coolOffDays, hours) => {
					const policy = { ...ONE_TRIAL_EVER, coolOffDays };
					const now = new Date(TRIAL_END.getTime() + hours * 3_600_000);
					const { eligible, eligibleAt } = ask({ history: [lapsed], policy, now });
					expect(eligible).toBe(hours >= coolOffDays * 24);
					expect(eligibleAt === null ? eligible : now < eligibleAt).toBe(true);
				},
			),
		);
	});
});
