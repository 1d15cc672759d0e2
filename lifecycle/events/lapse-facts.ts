import { lapseReason, type LapseReason } from '../lapse-reason.ts';
import { lapsedAt, stageOf } from '../stage.ts';
import type { Subscription } from '../subscription.ts';
import type { BillingEvent } from './billing-event.ts';
import { wordsOf } from './cancellation-words.ts';
import { factKeys } from './fact-keys.ts';
import { billOfReturn, wasBilledAtEnd, type Invoice } from './invoice.ts';
import type { Fact } from './lifecycle-event.ts';
import { hadPaidBy, invoicesOf, presentOf, type Situation } from './situation.ts';

/**
 * Whether the trial was over without a payment by then. Stripe has no event for it: whichever change of status
 * shows it first tells it, and all of them tell the same fact.
 */
export function factsOfLapse(
	event: BillingEvent,
	then: Subscription,
	situation: Situation,
): Fact[] {
	const hasPaid = hadPaidBy(event.at, then, situation);
	const { hasPaymentMethod } = presentOf(then, situation);
	const lapsed = { ...then, hasPaymentMethod };
	if (!then.trial || stageOf(lapsed, { hasPaid }, event.at) !== 'lapsed') return [];
	const unpaidReturn = returnOf(then, event.at, situation);
	const reason = reasonOfLapse(then, unpaidReturn, situation);
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
 * Judged by what does not change any more, so that every event about one lapse gives the same reason: a card was
 * tried only where there was an invoice, right at the end of the trial or when it went on.
 */
function reasonOfLapse(
	then: Subscription,
	unpaidReturn: Invoice | undefined,
	situation: Situation,
): LapseReason {
	const { hasPaymentMethod } = presentOf(then, situation);
	const reason = lapseReason({ ...then, hasPaymentMethod });
	const wasBilled =
		unpaidReturn !== undefined ||
		(then.trial !== null && wasBilledAtEnd(invoicesOf(then.id, situation), then.trial));
	return reason === 'payment_failed' && !wasBilled ? 'no_payment_method' : reason;
}

function later(one: Date, other: Date | undefined): Date {
	return other && other > one ? other : one;
}
