import type Stripe from 'stripe';
import { hasPaid, type Billing } from './billing.ts';
import { leavesAt } from './subscription-end.ts';
import { day, money } from './timeline.ts';

/** Where a person stands, in two words, with a note that says a little more. */
export interface StageView {
	readonly label: string;
	readonly tone: 'calm' | 'good' | 'warn' | 'bad' | '';
	readonly note: string;
}

export function stageOf(billing: Billing | undefined, now: Date): StageView {
	const subscription = billing?.subscription;
	if (!billing || !subscription) return { label: 'No trial', tone: '', note: 'never had a trial' };
	const end = leavesAt(subscription);
	const leaving = end === null ? '' : `leaves on ${day(end)}`;
	switch (subscription.status) {
		case 'trialing':
			return trial(subscription, leaving, now);
		case 'active':
			if (leaving !== '') return { label: 'Leaving', tone: 'warn', note: leaving };
			return hasPaid(billing)
				? { label: 'Paying', tone: 'good', note: lastPayment(billing) }
				: { label: 'Active', tone: 'calm', note: 'first invoice is not paid yet' };
		case 'past_due':
			return { label: 'Overdue', tone: 'warn', note: nextAttempt(billing) };
		case 'unpaid':
			return { label: 'Unpaid', tone: 'bad', note: 'all attempts to collect failed' };
		case 'paused':
			return hasPaid(billing)
				? { label: 'Paused', tone: 'warn', note: 'was a customer' }
				: { label: 'Lapsed', tone: 'bad', note: 'trial ended without a card' };
		case 'canceled':
			return hasPaid(billing)
				? { label: 'Left', tone: 'bad', note: `left on ${endedOn(subscription)}` }
				: { label: 'Lapsed', tone: 'bad', note: `trial ended on ${endedOn(subscription)}` };
		default:
			return { label: 'Incomplete', tone: 'warn', note: 'first payment was not made' };
	}
}

function trial(subscription: Stripe.Subscription, leaving: string, now: Date): StageView {
	const left = (subscription.trial_end ?? 0) - now.getTime() / 1000;
	const days = Math.ceil(left / 86_400);
	const note = leaving || (days <= 1 ? 'last day' : `${days} days left`);
	return { label: 'Trial', tone: leaving !== '' || days <= 3 ? 'warn' : 'calm', note };
}

function lastPayment({ invoices }: Billing): string {
	const paid = [...invoices.values()].filter((invoice) => invoice.amount_paid > 0);
	const total = paid.reduce((sum, invoice) => sum + invoice.amount_paid, 0);
	return `has paid ${money(total, paid[0]?.currency ?? 'usd')}`;
}

function nextAttempt({ invoices }: Billing): string {
	const open = [...invoices.values()].filter(({ status }) => status === 'open');
	const next = open.find((invoice) => invoice.next_payment_attempt !== null)?.next_payment_attempt;
	return next ? `next attempt on ${day(next)}` : 'no further attempt';
}

function endedOn(subscription: Stripe.Subscription): string {
	return subscription.ended_at === null ? 'an unknown day' : day(subscription.ended_at);
}
