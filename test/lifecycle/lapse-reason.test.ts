import { lapseReason } from '../../lifecycle/lapse-reason.ts';
import { aSubscription } from '../support/subscription.ts';

const IN_TRIAL = new Date('2026-03-10T12:00:00Z');
const TRIAL_END = new Date('2026-03-15T12:00:00Z');
const DAYS_LATER = new Date('2026-03-29T12:00:00Z');

describe('lapseReason', () => {
	it.each([
		['ran out, Stripe is late', {}, 'no_payment_method'],
		[
			'paused for want of a card',
			{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
			'no_payment_method',
		],
		[
			'paused for want of a card that came later',
			{
				status: 'paused',
				pausedFor: 'trial_end_without_payment_method',
				hasPaymentMethod: true,
			},
			'no_payment_method',
		],
		[
			'ended for want of a card that came later',
			{
				status: 'canceled',
				endedAt: TRIAL_END,
				cancelRequestedAt: TRIAL_END,
				hasPaymentMethod: true,
			},
			'no_payment_method',
		],
		['invoiced, and nobody paid', { status: 'past_due' }, 'no_payment_method'],
		[
			'invoiced, and given up without a card',
			{ status: 'canceled', endedAt: DAYS_LATER, cancelRequestedAt: DAYS_LATER },
			'no_payment_method',
		],
		[
			'card refused, given up',
			{
				status: 'canceled',
				endedAt: DAYS_LATER,
				cancelRequestedAt: DAYS_LATER,
				hasPaymentMethod: true,
			},
			'payment_failed',
		],
		['card refused, left unpaid', { status: 'unpaid', hasPaymentMethod: true }, 'payment_failed'],
		[
			'card refused, paused',
			{ status: 'paused', pausedFor: 'final_payment_failure', hasPaymentMethod: true },
			'payment_failed',
		],
		[
			'canceled in the trial, at once',
			{ status: 'canceled', endedAt: IN_TRIAL, cancelRequestedAt: IN_TRIAL },
			'canceled',
		],
		[
			'canceled in the trial, to its end',
			{
				status: 'canceled',
				endedAt: TRIAL_END,
				cancelRequestedAt: IN_TRIAL,
				hasPaymentMethod: true,
			},
			'canceled',
		],
		[
			'canceled in the trial, Stripe is late',
			{ cancelsAt: TRIAL_END, cancelRequestedAt: IN_TRIAL, hasPaymentMethod: true },
			'canceled',
		],
	] as const)('%s', (_name, overrides, reason) => {
		expect(lapseReason(aSubscription(overrides))).toBe(reason);
	});
});
