import { upcomingBilling } from '../../../sandbox/timemachine/upcoming.ts';
import { anInvoice, aSubscription, unix } from './stripe-objects.ts';

const trialBegins = new Date('2027-01-01T09:00:00Z');
const february = unix('2027-02-01T09:00:00Z');
const endsBy = (how: 'pause' | 'cancel' | 'create_invoice') => ({
	trial_settings: {
		end_behavior: { missing_payment_method: how, billing_cycle_anchor: 'now' as const },
	},
});

describe('what is due next in billing', () => {
	it('is nothing without a subscription', () => {
		expect(upcomingBilling(undefined, [], false, trialBegins)).toEqual([]);
	});

	it('names the announcement and the end of a trial, soonest first', () => {
		expect(upcomingBilling(aSubscription(), [], false, trialBegins)).toEqual([
			{ at: '2027-01-12T09:00:00.000Z', title: 'Stripe announces the end of the trial' },
			{ at: '2027-01-15T09:00:00.000Z', title: 'Trial ends: without a card it pauses' },
		]);
	});

	it('leaves out what has passed', () => {
		const now = new Date('2027-01-12T09:00:00Z');
		const titles = upcomingBilling(aSubscription(), [], false, now).map(({ title }) => title);
		expect(titles).toEqual(['Trial ends: without a card it pauses']);
	});

	it.each([
		[aSubscription(endsBy('cancel')), false, 'without a card it is cancelled'],
		[aSubscription(endsBy('create_invoice')), false, 'an invoice is sent and fails without a card'],
		[aSubscription(), true, 'first invoice over $29.00'],
		[aSubscription({ cancel_at: february }), true, 'the subscription ends, as planned'],
	])('tells how a trial ends (%#)', (subscription, hasCard, outcome) => {
		const titles = upcomingBilling(subscription, [], hasCard, trialBegins).map(
			({ title }) => title,
		);
		expect(titles).toContain(`Trial ends: ${outcome}`);
	});

	it.each([
		[aSubscription({ status: 'active' }), [], ['Renewal over $29.00']],
		[
			aSubscription({ status: 'active', cancel_at: february }),
			[],
			['Subscription ends, as planned'],
		],
		[aSubscription({ status: 'paused' }), [], []],
		[
			aSubscription({ status: 'past_due' }),
			[anInvoice({ next_payment_attempt: unix('2027-01-03T09:00:00Z') })],
			['Next attempt to collect $29.00', 'Renewal over $29.00'],
		],
		[
			aSubscription({ status: 'paused' }),
			[anInvoice({ status: 'draft', automatically_finalizes_at: unix('2027-01-01T10:00:00Z') })],
			['Invoice over $29.00 is charged'],
		],
		[
			aSubscription({ status: 'paused' }),
			[anInvoice({ status: 'void', next_payment_attempt: february })],
			[],
		],
	])('after the trial (%#)', (subscription, invoices, expected) => {
		const titles = upcomingBilling(subscription, invoices, true, trialBegins);
		expect(titles.map(({ title }) => title)).toEqual(expected);
	});
});
