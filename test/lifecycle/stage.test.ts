import fc from 'fast-check';
import { lapsedAt, STAGES, stageOf } from '../../lifecycle/stage.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const TRIAL_END = new Date('2026-03-15T12:00:00Z');
const IN_TRIAL = new Date('2026-03-10T12:00:00Z');
const AFTER_TRIAL = new Date('2026-04-20T12:00:00Z');

const NEVER_PAID = { hasPaid: false };
const HAS_PAID = { hasPaid: true };

describe('stageOf', () => {
	it('of nobody is none', () => {
		expect(stageOf(null, NEVER_PAID, IN_TRIAL)).toBe('none');
	});

	it.each([
		['in the trial', {}, NEVER_PAID, IN_TRIAL, 'trialing'],
		['a millisecond before its end', {}, NEVER_PAID, new Date(+TRIAL_END - 1), 'trialing'],
		['ended, to pause, Stripe is late', {}, NEVER_PAID, TRIAL_END, 'lapsed'],
		[
			'ended, to cancel, Stripe is late',
			{ withoutPaymentMethod: 'cancel' },
			NEVER_PAID,
			TRIAL_END,
			'lapsed',
		],
		[
			'ended, to charge, Stripe is late',
			{ hasPaymentMethod: true },
			NEVER_PAID,
			TRIAL_END,
			'trialing',
		],
		[
			'ended, to invoice, Stripe is late',
			{ withoutPaymentMethod: 'create_invoice' },
			NEVER_PAID,
			TRIAL_END,
			'trialing',
		],
		[
			'extended in time',
			{ trial: { startedAt: new Date('2026-03-01T12:00:00Z'), endsAt: new Date('2026-05-01') } },
			NEVER_PAID,
			AFTER_TRIAL,
			'trialing',
		],
		[
			'cancelled in the trial, which still runs',
			{ cancelsAt: TRIAL_END, hasPaymentMethod: true },
			NEVER_PAID,
			IN_TRIAL,
			'trialing',
		],
		[
			'cancelled in the trial, which is over',
			{ cancelsAt: TRIAL_END, hasPaymentMethod: true },
			NEVER_PAID,
			TRIAL_END,
			'lapsed',
		],
		['converted', { status: 'active', hasPaymentMethod: true }, HAS_PAID, AFTER_TRIAL, 'active'],
		[
			'the first invoice is being collected',
			{ status: 'active', hasPaymentMethod: true },
			NEVER_PAID,
			AFTER_TRIAL,
			'active',
		],
		[
			'cancelled, paid until later',
			{ status: 'active', cancelsAt: new Date('2026-04-20T12:00:01Z') },
			HAS_PAID,
			AFTER_TRIAL,
			'active',
		],
		[
			'cancelled, the paid period is over',
			{ status: 'active', cancelsAt: AFTER_TRIAL },
			HAS_PAID,
			AFTER_TRIAL,
			'churned',
		],
		[
			'a customer whose card failed',
			{ status: 'past_due', hasPaymentMethod: true },
			HAS_PAID,
			AFTER_TRIAL,
			'past_due',
		],
		['a customer without a card now', { status: 'past_due' }, HAS_PAID, AFTER_TRIAL, 'past_due'],
		[
			'the first charge failed, retries run',
			{ status: 'past_due', hasPaymentMethod: true },
			NEVER_PAID,
			AFTER_TRIAL,
			'past_due',
		],
		['invoiced without a card', { status: 'past_due' }, NEVER_PAID, AFTER_TRIAL, 'lapsed'],
		[
			'the first charge failed for good',
			{ status: 'unpaid', hasPaymentMethod: true },
			NEVER_PAID,
			AFTER_TRIAL,
			'lapsed',
		],
		['a later charge failed for good', { status: 'unpaid' }, HAS_PAID, AFTER_TRIAL, 'past_due'],
		[
			'never had a trial and does not pay',
			{ status: 'unpaid', trial: null },
			NEVER_PAID,
			AFTER_TRIAL,
			'past_due',
		],
		['canceled after the trial', { status: 'canceled' }, NEVER_PAID, AFTER_TRIAL, 'lapsed'],
		['canceled inside the trial, at once', { status: 'canceled' }, NEVER_PAID, IN_TRIAL, 'lapsed'],
		['canceled after paying', { status: 'canceled' }, HAS_PAID, AFTER_TRIAL, 'churned'],
		[
			'canceled, neither trial nor payment',
			{ status: 'canceled', trial: null },
			NEVER_PAID,
			AFTER_TRIAL,
			'none',
		],
		['first payment open', { status: 'incomplete', trial: null }, NEVER_PAID, IN_TRIAL, 'none'],
		[
			'first payment never came',
			{ status: 'incomplete_expired', trial: null },
			NEVER_PAID,
			IN_TRIAL,
			'none',
		],
	] as const)('%s', (_, overrides, facts, now, stage) => {
		expect(stageOf(aSubscription(overrides), facts, now)).toBe(stage);
	});

	it.each([
		['trial_end_without_payment_method', NEVER_PAID, AFTER_TRIAL, 'lapsed'],
		[null, NEVER_PAID, AFTER_TRIAL, 'lapsed'],
		[null, HAS_PAID, AFTER_TRIAL, 'active'],
		['first_payment_failure', NEVER_PAID, AFTER_TRIAL, 'lapsed'],
		['final_payment_failure', NEVER_PAID, AFTER_TRIAL, 'lapsed'],
		['final_payment_failure', HAS_PAID, AFTER_TRIAL, 'past_due'],
		['pause_requested', HAS_PAID, AFTER_TRIAL, 'active'],
		['pause_requested', NEVER_PAID, IN_TRIAL, 'trialing'],
		['pause_requested', NEVER_PAID, AFTER_TRIAL, 'lapsed'],
		['system', HAS_PAID, AFTER_TRIAL, 'active'],
		['system', NEVER_PAID, AFTER_TRIAL, 'lapsed'],
	] as const)('paused for %s with %j at %s: %s', (pausedFor, facts, now, stage) => {
		expect(stageOf(aSubscription({ status: 'paused', pausedFor }), facts, now)).toBe(stage);
	});

	const anySubscription: fc.Arbitrary<Subscription> = fc
		.record({
			status: fc.constantFrom(
				'active',
				'canceled',
				'incomplete',
				'incomplete_expired',
				'past_due',
				'paused',
				'trialing',
				'unpaid',
			),
			pausedFor: fc.constantFrom(
				null,
				'trial_end_without_payment_method',
				'pause_requested',
				'first_payment_failure',
				'final_payment_failure',
				'system',
			),
			hasPaymentMethod: fc.boolean(),
			withoutPaymentMethod: fc.constantFrom('cancel', 'create_invoice', 'pause'),
			cancelsAt: fc.option(fc.constantFrom(IN_TRIAL, TRIAL_END, AFTER_TRIAL)),
			trial: fc.option(fc.constant(aSubscription().trial)),
		})
		.map((overrides) => aSubscription(overrides));

	it('gives every subscription a stage, and never calls a payer lapsed', () => {
		fc.assert(
			fc.property(anySubscription, fc.constantFrom(IN_TRIAL, AFTER_TRIAL), (subscription, now) => {
				expect(STAGES).toContain(stageOf(subscription, NEVER_PAID, now));
				fc.pre(subscription.status !== 'trialing');
				fc.pre(subscription.pausedFor !== 'trial_end_without_payment_method');
				expect(stageOf(subscription, HAS_PAID, now)).not.toBe('lapsed');
			}),
		);
	});

	it('never calls someone churned who did not pay', () => {
		fc.assert(
			fc.property(anySubscription, fc.constantFrom(IN_TRIAL, AFTER_TRIAL), (subscription, now) => {
				expect(stageOf(subscription, NEVER_PAID, now)).not.toBe('churned');
			}),
		);
	});
});

describe('lapsedAt', () => {
	const GIVEN_UP = new Date('2026-03-29T13:00:00Z');
	/** As Stripe leaves it when the last attempt has failed and it was told to cancel then. */
	const dunned = {
		status: 'canceled',
		hasPaymentMethod: true,
		cancelRequestedAt: GIVEN_UP,
		endedAt: GIVEN_UP,
		cancellation: { reason: 'payment_failed', feedback: null, comment: null },
	} as const;
	const byHand = {
		...dunned,
		cancellation: { reason: 'cancellation_requested', feedback: null, comment: null },
	} as const;
	const paused = { status: 'paused', hasPaymentMethod: true, pausedAt: GIVEN_UP } as const;

	it.each<[string, Partial<Subscription>, Date | null]>([
		['ran out, Stripe is late', {}, TRIAL_END],
		[
			'paused at its end',
			{ status: 'paused', pausedFor: 'trial_end_without_payment_method', pausedAt: TRIAL_END },
			TRIAL_END,
		],
		[
			'paused at its end, with a card that came later',
			{ ...paused, pausedFor: 'trial_end_without_payment_method', pausedAt: TRIAL_END },
			TRIAL_END,
		],
		['cancelled in the trial', { status: 'canceled', endedAt: IN_TRIAL }, IN_TRIAL],
		['cancelled to its end', { status: 'canceled', endedAt: TRIAL_END }, TRIAL_END],
		['invoiced, without a card', { status: 'past_due' }, TRIAL_END],
		[
			'invoiced, without a card, given up and cancelled',
			{ ...dunned, hasPaymentMethod: false },
			TRIAL_END,
		],
		['a card tried until Stripe gave up and cancelled', dunned, GIVEN_UP],
		['cancelled by somebody, weeks after it had paused', byHand, TRIAL_END],
		[
			'a card tried until Stripe gave up: unpaid',
			{ status: 'unpaid', hasPaymentMethod: true },
			TRIAL_END,
		],
		[
			'a card tried until Stripe gave up and paused',
			{ ...paused, pausedFor: 'final_payment_failure' },
			GIVEN_UP,
		],
		['a card tried once, and paused', { ...paused, pausedFor: 'first_payment_failure' }, GIVEN_UP],
		[
			'the same, without its date',
			{ ...paused, pausedFor: 'final_payment_failure', pausedAt: null },
			TRIAL_END,
		],
		['resting on request', { ...paused, pausedFor: 'pause_requested' }, TRIAL_END],
		[
			'cancelled, and never a trial',
			{ status: 'canceled', trial: null, endedAt: GIVEN_UP },
			GIVEN_UP,
		],
	])('%s', (_, overrides, at) => {
		expect(lapsedAt(aSubscription(overrides))).toEqual(at);
	});
});
