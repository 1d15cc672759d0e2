import { sentenceOf } from '../../../sandbox/timemachine/billing-sentences.ts';
import { aCard, anEvent, anInvoice, aSubscription, unix } from './stripe-objects.ts';

const february = unix('2027-02-01T09:00:00Z');

describe('a Stripe event in plain words', () => {
	it.each([
		[
			'customer.subscription.created',
			aSubscription(),
			undefined,
			'Trial started, until 15 January',
			'good',
		],
		[
			'customer.subscription.created',
			aSubscription({ status: 'active' }),
			undefined,
			'Subscribed (active)',
			'good',
		],
		[
			'customer.subscription.trial_will_end',
			aSubscription(),
			undefined,
			'Stripe announces the end of the trial on 15 January',
			'warn',
		],
		[
			'customer.subscription.updated',
			aSubscription({ status: 'active' }),
			{ status: 'trialing' },
			'Trial over, subscription active; first invoice follows',
			'neutral',
		],
		[
			'customer.subscription.updated',
			aSubscription({ status: 'active' }),
			{ status: 'past_due' },
			'Subscription active again',
			'good',
		],
		[
			'customer.subscription.updated',
			aSubscription({ status: 'past_due' }),
			{ status: 'active' },
			'Payment overdue',
			'bad',
		],
		[
			'customer.subscription.updated',
			aSubscription({ status: 'paused' }),
			{ status: 'trialing' },
			'Trial over without a card',
			'bad',
		],
		[
			'customer.subscription.updated',
			aSubscription({ trial_end: february }),
			{ trial_end: unix('2027-01-15T09:00:00Z') },
			'Trial extended to 1 February',
			'good',
		],
		[
			'customer.subscription.updated',
			aSubscription(),
			{ trial_end: february },
			'Trial shortened to 15 January',
			'good',
		],
		[
			'customer.subscription.updated',
			aSubscription({
				cancel_at: february,
				cancel_at_period_end: true,
				cancellation_details: { comment: null, feedback: 'too_expensive', reason: null },
			} as Parameters<typeof aSubscription>[0]),
			{ cancel_at_period_end: false, cancel_at: null },
			'Cancellation planned for 1 February (too expensive)',
			'warn',
		],
		[
			'customer.subscription.updated',
			aSubscription(),
			{ cancel_at_period_end: true },
			'Cancellation taken back',
			'good',
		],
		[
			'customer.subscription.deleted',
			aSubscription({ status: 'canceled' }),
			undefined,
			'Subscription ended',
			'bad',
		],
		['invoice.paid', anInvoice({ amount_paid: 2900 }), undefined, 'Paid $29.00', 'good'],
		[
			'invoice.paid',
			anInvoice({ amount_paid: 2900, currency: 'jpy' }),
			undefined,
			'Paid ¥2,900',
			'good',
		],
		[
			'invoice.payment_failed',
			anInvoice({ next_payment_attempt: february }),
			undefined,
			'Payment of $29.00 failed, next attempt on 1 February',
			'bad',
		],
		[
			'invoice.payment_failed',
			anInvoice(),
			undefined,
			'Payment of $29.00 failed, no further attempt',
			'bad',
		],
		['payment_method.attached', aCard(), undefined, 'Card added: Visa •••• 4242', 'good'],
	])('%s', (type, object, previous, title, tone) => {
		expect(sentenceOf(anEvent(type, object, previous))).toEqual({ title, tone, isMinor: false });
	});

	it.each([
		['invoice.paid', anInvoice(), 'Invoice over nothing, settled at once'],
		['customer.subscription.updated', aSubscription(), 'Subscription updated'],
		['setup_intent.created', {}, 'setup intent created'],
	])('%s is of minor interest', (type, object, title) => {
		expect(sentenceOf(anEvent(type, object, {}))).toMatchObject({ title, isMinor: true });
	});
});
