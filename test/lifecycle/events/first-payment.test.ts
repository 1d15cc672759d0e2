import { decideAccess, DEFAULT_ACCESS_POLICY } from '../../../lifecycle/access.ts';
import { hasPaid, mergeFacts, type Account } from '../../../lifecycle/account.ts';
import { deriveEvents, paymentsToldBy, type Invoice } from '../../../lifecycle/events/index.ts';
import type { BillingEvent } from '../../../lifecycle/events/index.ts';
import type { Subscription, SubscriptionStatus } from '../../../lifecycle/subscription.ts';
import { aSubscription } from '../../support/subscription.ts';

const START = new Date('2026-03-01T12:00:00Z');
const TRIAL_END = new Date('2026-03-15T12:00:00Z');
const PAID = new Date('2026-03-15T13:00:00Z');
const NEXT = new Date('2026-04-15T12:00:00Z');
const LATER = new Date('2026-04-20T12:00:00Z');

interface Bill {
	readonly due: number;
	/** What its lines cost before discounts and credit; none for a charge beside the subscription. */
	readonly lines: readonly number[];
	readonly from: Date;
	readonly to: Date;
}

const FIRST_MONTH = { from: TRIAL_END, to: NEXT };

/** Which paid bill makes a customer: the one for time after the trial, whatever was left to pay of it. */
const TABLE: Array<[string, Bill, boolean]> = [
	['the empty one of the trial itself', { due: 0, lines: [0], from: START, to: TRIAL_END }, false],
	['a charge for something else', { due: 900, lines: [], ...FIRST_MONTH }, false],
	['the first month', { due: 2900, lines: [2900], ...FIRST_MONTH }, true],
	['the first month, half of it by a coupon', { due: 1450, lines: [2900], ...FIRST_MONTH }, true],
	['the first month, all of it by a coupon', { due: 0, lines: [2900], ...FIRST_MONTH }, true],
	['the first month, all of it by credit', { due: 0, lines: [2900], ...FIRST_MONTH }, true],
	['the first month of a plan that is free', { due: 0, lines: [0], ...FIRST_MONTH }, true],
	['a month of which usage is billed later', { due: 0, lines: [0, 0], ...FIRST_MONTH }, true],
];

function anInvoice({ due, lines, from, to }: Bill): Invoice {
	return {
		id: 'in_1',
		subscriptionId: 'sub_1',
		status: 'paid',
		currency: 'eur',
		amountDue: due,
		amountPaid: due,
		attempt: due > 0 ? 1 : 0,
		nextAttemptAt: null,
		declineCode: null,
		hadPaymentMethod: null,
		createdAt: from,
		paidAt: PAID,
		url: null,
		isFirst: from === START,
		periods: lines.map((amount) => ({ startsAt: from, endsAt: to, amount })),
	};
}

const told = (news: BillingEvent['news'], at: Date): BillingEvent => ({
	id: `evt_${at.getTime()}`,
	type: 'some.type',
	at,
	customerId: 'cus_1',
	requestId: null,
	news,
});

/** Everything that the product says of somebody who paid this bill and whose subscription is like that now. */
function said(bill: Bill, subscription: Subscription) {
	const invoice = anInvoice(bill);
	const events = [
		told({ kind: 'invoice_paid', invoice }, PAID),
		...(subscription.status === 'canceled'
			? [told({ kind: 'subscription_ended', subscription }, LATER)]
			: []),
	];
	const invoices = new Map([['sub_1', [invoice]]]);
	const names = deriveEvents(events, { now: LATER, subscriptions: [subscription], invoices });
	const facts = paymentsToldBy(events, [subscription]).map((paidAt) => ({ paidAt }));
	const account = [...facts, { subscription }].reduce<Account | null>(
		(known, some) => mergeFacts(known, { accountId: 'acme-1', at: LATER, ...some }, LATER),
		null,
	);
	if (!account) throw new Error('Nobody');
	const since = { hasPaid: hasPaid(account), failingSince: LATER };
	return {
		events: names.map(({ name }) => name),
		stage: account.stage,
		isPayer: account.firstPaidAt !== null,
		access: decideAccess(subscription, since, DEFAULT_ACCESS_POLICY, LATER).level,
	};
}

const like = (status: SubscriptionStatus) =>
	aSubscription({ status, ...(status === 'canceled' ? { endedAt: LATER } : {}) });

describe('somebody whose trial is over, and who has paid', () => {
	it.each(TABLE)('%s', (_, bill, isCustomer) => {
		const conversion = isCustomer ? ['trial_converted'] : [];
		expect(said(bill, like('active'))).toEqual({
			events: conversion,
			stage: 'active',
			isPayer: isCustomer,
			access: 'full',
		});
		// The next bill finds no card: a customer has a grace, a trial was over long ago.
		expect(said(bill, like('past_due'))).toEqual({
			events: conversion,
			stage: isCustomer ? 'past_due' : 'lapsed',
			isPayer: isCustomer,
			access: isCustomer ? 'grace' : 'suspended',
		});
		expect(said(bill, like('canceled'))).toEqual({
			events: [...conversion, isCustomer ? 'subscription_canceled' : 'trial_lapsed'],
			stage: isCustomer ? 'churned' : 'lapsed',
			isPayer: isCustomer,
			access: 'suspended',
		});
	});
});
