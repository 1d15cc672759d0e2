import { lapseReason, type LapseReason } from '../lapse-reason.ts';
import { lapsedAt, stageOf } from '../stage.ts';
import type { Subscription } from '../subscription.ts';
import type { BillingEvent } from './billing-event.ts';
import { wordsOf } from './cancellation-words.ts';
import { factKeys } from './fact-keys.ts';
import { billAtEnd, billOfReturn, type Invoice } from './invoice.ts';
import type { Fact } from './lifecycle-event.ts';
import { hadPaidBy, invoicesOf, presentOf, type Situation } from './situation.ts';

/**
 * Whether the trial was over without a payment by then. Stripe has no event for it: whichever change of status
 * shows it first tells it, and all of them tell the same fact. A debt is a lapse at once where there was no card
 * to try, so whether there was one then decides, not whether there is one by now.
 */
export function factsOfLapse(
	event: BillingEvent,
	then: Subscription,
	situation: Situation,
): Fact[] {
	const hasPaid = hadPaidBy(event.at, then, situation);
	const bill = billOf(then, event.at, situation);
	const hasPaymentMethod = bill?.hadPaymentMethod ?? presentOf(then, situation).hasPaymentMethod;
	const lapsed = { ...then, hasPaymentMethod };
	if (!then.trial || stageOf(lapsed, { hasPaid }, event.at) !== 'lapsed') return [];
	const unpaidReturn = returnOf(then, event.at, situation);
	const reason = reasonOfLapse(lapsed, bill);
	return [
		{
			name: 'trial_lapsed',
			key: lapseKey(then, event.at, situation),
			occurredAt: later(lapsedAt(lapsed) ?? event.at, unpaidReturn?.createdAt),
			subscription: then,
			reason,
			comment: reason === 'canceled' ? wordsOf(then, situation).comment : null,
		},
	];
}

/** Of the lapse in which the subscription stands at that moment. */
export function lapseKey(subscription: Subscription, at: Date, situation: Situation): string {
	return factKeys.trialLapsed(subscription, returnOf(subscription, at, situation));
}

function returnOf(
	{ id, trial, pausedFor }: Subscription,
	at: Date,
	situation: Situation,
): Invoice | undefined {
	// Whoever is still paused at the end of the trial has at most asked for a bill.
	if (!trial || pausedFor === 'trial_end_without_payment_method') return undefined;
	return billOfReturn(invoicesOf(id, situation), trial, at);
}

/**
 * The bill of which has to be known whether there was a payment method to try, for what this event means. Most
 * events need none: a look at it costs a request.
 */
export function billInQuestion(
	{ news, at }: BillingEvent,
	situation: Situation,
): Invoice | undefined {
	switch (news.kind) {
		case 'subscription_updated':
			if (news.before.status === undefined || isRunning(news.subscription)) return undefined;
			break;
		case 'subscription_paused':
		case 'subscription_ended':
			break;
		default:
			return undefined;
	}
	const then = news.subscription;
	return hadPaidBy(at, then, situation) ? undefined : billOf(then, at, situation);
}

function isRunning({ status }: Subscription): boolean {
	return status === 'active' || status === 'trialing';
}

/** With which the trial went on: the one that was made at its end, or that of a return. */
function billOf(then: Subscription, at: Date, situation: Situation): Invoice | undefined {
	if (!then.trial) return undefined;
	return returnOf(then, at, situation) ?? billAtEnd(invoicesOf(then.id, situation), then.trial);
}

/**
 * Judged by what does not change any more, so that every event about one lapse gives the same reason: a card was
 * tried only where there was a bill, and a card to try when it was made.
 */
function reasonOfLapse(lapsed: Subscription, bill: Invoice | undefined): LapseReason {
	const reason = lapseReason(lapsed);
	return reason === 'payment_failed' && !bill ? 'no_payment_method' : reason;
}

function later(one: Date, other: Date | undefined): Date {
	return other && other > one ? other : one;
}
