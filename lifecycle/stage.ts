import type { Subscription } from './subscription.ts';
import { outcomeAtTrialEnd } from './trial.ts';

/** Where an account stands. */
export const STAGES = ['trialing', 'active', 'past_due', 'lapsed', 'churned', 'none'] as const;
export type Stage = (typeof STAGES)[number];

/** What a subscription alone does not tell. */
export interface PaymentFacts {
	/**
	 * Whether an invoice for a period after the trial was ever paid. The empty invoice at the start of a trial
	 * does not count: https://docs.stripe.com/billing/subscriptions/trials
	 */
	readonly hasPaid: boolean;
}

/**
 * Where an account with this subscription stands. The status is the truth; `now` only decides about ends that
 * were certain to come and that Stripe has not got round to yet.
 */
export function stageOf(subscription: Subscription | null, facts: PaymentFacts, now: Date): Stage {
	if (!subscription) return 'none';
	switch (subscription.status) {
		case 'trialing':
			return hasTrialRunOut(subscription, now) ? 'lapsed' : 'trialing';
		case 'active':
			return hasScheduledEndCome(subscription, now) ? stageOnceOver(subscription, facts) : 'active';
		case 'past_due':
			// With a card Stripe keeps trying; without one, nobody has yet said that they want to pay.
			return subscription.hasPaymentMethod ? 'past_due' : stageInDebt(subscription, facts);
		case 'unpaid':
			return stageInDebt(subscription, facts);
		case 'paused':
			return stageWhenPaused(subscription, facts, now);
		case 'canceled':
			return stageOnceOver(subscription, facts);
		case 'incomplete':
		case 'incomplete_expired':
			return 'none';
	}
}

/**
 * When a trial that did not convert was over: at its end, earlier if it was cut short, later if Stripe went on
 * trying its card and then gave up.
 */
export function lapsedAt(subscription: Subscription): Date | null {
	const { trial, endedAt } = subscription;
	if (!trial) return endedAt;
	const gaveUpAt = cardGivenUpAt(subscription);
	if (gaveUpAt && gaveUpAt > trial.endsAt) return gaveUpAt;
	return endedAt && endedAt < trial.endsAt ? endedAt : trial.endsAt;
}

/** Whether Stripe has stopped trying to collect what is owed, and left the subscription as it is. */
export function hasNoMoreRetries({ status, pausedFor }: Subscription): boolean {
	return (
		status === 'unpaid' ||
		pausedFor === 'first_payment_failure' ||
		pausedFor === 'final_payment_failure'
	);
}

/**
 * When Stripe stopped trying a card. Without a card nothing was tried: that trial was over at its end. Of `unpaid`
 * Stripe keeps no date, neither in the subscription nor in its invoice, so it counts from the end of the trial, too.
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries
 */
function cardGivenUpAt(subscription: Subscription): Date | null {
	const { hasPaymentMethod, cancellation, endedAt, pausedAt } = subscription;
	if (!hasPaymentMethod) return null;
	// Whoever ends it by hand says another reason, and may do so long after it had lapsed.
	if (endedAt) return cancellation.reason === 'payment_failed' ? endedAt : null;
	return hasNoMoreRetries(subscription) ? pausedAt : null;
}

function stageWhenPaused(subscription: Subscription, facts: PaymentFacts, now: Date): Stage {
	switch (subscription.pausedFor) {
		case 'trial_end_without_payment_method':
			return 'lapsed';
		case 'first_payment_failure':
		case 'final_payment_failure':
			return stageInDebt(subscription, facts);
		case 'pause_requested':
		case 'system':
			return stageAtRest(subscription, facts, now);
		case null:
			// API versions before 2026-09-30.endive name no reason and pause only at the end of a trial.
			return facts.hasPaid ? 'active' : 'lapsed';
	}
}

/** Owing money after having been a customer is `past_due`; owing the very first payment after a trial is a lapse. */
function stageInDebt(subscription: Subscription, facts: PaymentFacts): Stage {
	return subscription.trial && !facts.hasPaid ? 'lapsed' : 'past_due';
}

/** A pause that nobody's missing payment caused leaves people where they were. */
function stageAtRest({ trial }: Subscription, facts: PaymentFacts, now: Date): Stage {
	if (facts.hasPaid || !trial) return 'active';
	return now < trial.endsAt ? 'trialing' : 'lapsed';
}

function stageOnceOver(subscription: Subscription, facts: PaymentFacts): Stage {
	if (facts.hasPaid) return 'churned';
	return subscription.trial ? 'lapsed' : 'none';
}

function hasTrialRunOut(subscription: Subscription, now: Date): boolean {
	if (hasScheduledEndCome(subscription, now)) return true;
	if (!subscription.trial || now < subscription.trial.endsAt) return false;
	const outcome = outcomeAtTrialEnd(subscription);
	return outcome === 'pauses' || outcome === 'cancels';
}

function hasScheduledEndCome({ cancelsAt }: Subscription, now: Date): boolean {
	return cancelsAt !== null && cancelsAt <= now;
}
