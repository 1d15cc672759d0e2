import { afterEvent, cardInUse, type Billing } from '../../../sandbox/timemachine/billing.ts';
import { stageOf } from '../../../sandbox/timemachine/stage.ts';
import { aCard, aCustomer, anEvent, anInvoice, aSubscription, unix } from './stripe-objects.ts';

const now = new Date('2027-01-02T09:00:00Z');
const february = unix('2027-02-01T09:00:00Z');

function billingOf(...objects: readonly object[]): Billing {
	const events = objects.map((object) => anEvent('some.event', object));
	const start = afterEvent(undefined, anEvent('customer.created', aCustomer())) as Billing;
	return events.reduce<Billing>((billing, event) => afterEvent(billing, event) as Billing, start);
}

const paid = anInvoice({ status: 'paid', amount_paid: 2900 });

describe('where a person stands', () => {
	it.each([
		[[], 'No trial', 'never had a trial'],
		[[aSubscription()], 'Trial', '13 days left'],
		[[aSubscription({ trial_end: unix('2027-01-02T20:00:00Z') })], 'Trial', 'last day'],
		[[aSubscription({ cancel_at: february })], 'Trial', 'leaves on 1 February'],
		[[aSubscription({ cancel_at_period_end: true })], 'Trial', 'leaves on 15 January'],
		[[aSubscription({ status: 'active' })], 'Active', 'first invoice is not paid yet'],
		[[aSubscription({ status: 'active' }), paid], 'Paying', 'has paid $29.00'],
		[[aSubscription({ status: 'active', cancel_at: february })], 'Leaving', 'leaves on 1 February'],
		[
			[aSubscription({ status: 'past_due' }), anInvoice({ next_payment_attempt: february })],
			'Overdue',
			'next attempt on 1 February',
		],
		[[aSubscription({ status: 'past_due' })], 'Overdue', 'no further attempt'],
		[[aSubscription({ status: 'unpaid' })], 'Unpaid', 'all attempts to collect failed'],
		[[aSubscription({ status: 'paused' })], 'Lapsed', 'trial ended without a card'],
		[[aSubscription({ status: 'paused' }), paid], 'Paused', 'was a customer'],
		[
			[aSubscription({ status: 'canceled', ended_at: february })],
			'Lapsed',
			'trial ended on 1 February',
		],
		[
			[aSubscription({ status: 'canceled', ended_at: february }), paid],
			'Left',
			'left on 1 February',
		],
	])('%#: %j', (objects, label, note) => {
		expect(stageOf(billingOf(...objects), now)).toMatchObject({ label, note });
	});

	it('is told by the newest subscription only', () => {
		const newer = aSubscription({ id: 'sub_2', created: february });
		const billing = billingOf(newer, aSubscription({ status: 'canceled' }));
		expect(stageOf(billing, now).label).toBe('Trial');
	});

	it('knows nothing before the customer was seen', () => {
		expect(afterEvent(undefined, anEvent('customer.subscription.created', aSubscription()))).toBe(
			undefined,
		);
	});
});

describe('the card that would be charged', () => {
	const [one, two] = [aCard({ id: 'pm_1' }), aCard({ id: 'pm_2', last4: '0341' })];
	const chosen = (id: string) =>
		aCustomer({
			invoice_settings: { default_payment_method: id },
		} as Parameters<typeof aCustomer>[0]);

	it.each([
		['none was chosen', [one], undefined],
		['the customer has one', [one, two, chosen('pm_2')], '0341'],
		[
			'the subscription has its own',
			[one, two, chosen('pm_2'), aSubscription({ default_payment_method: 'pm_1' })],
			'4242',
		],
	])('when %s', (_, objects, last4) => {
		expect(cardInUse(billingOf(...objects))?.card?.last4).toBe(last4);
	});
});
