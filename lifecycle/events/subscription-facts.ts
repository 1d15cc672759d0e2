import { lapseReason, type LapseReason } from '../lapse-reason.ts';
import { lapsedAt, stageOf } from '../stage.ts';
import type { Plan, Subscription } from '../subscription.ts';
import type { BillingEvent, SubscriptionBefore } from './billing-event.ts';
import { factKeys, instant } from './fact-keys.ts';
import { isAfterTrial, paymentsOf, type PaidInvoice } from './invoice.ts';
import { factKey, type Fact } from './lifecycle-event.ts';
import { hadPaidBy, presentOf, type Situation } from './situation.ts';

/** Stripe makes the first real invoice as the trial ends. */
const AT_TRIAL_END_MS = 3_600_000;
/** Stripe may date a payment and the change of status that it causes some seconds apart. */
const SAME_MOMENT_MS = 10 * 60_000;

export function factsOfCreation(event: BillingEvent, created: Subscription): Fact[] {
	return created.status === 'trialing' ? [trialStarted(event, created)] : [];
}

export function factsOfUpdate(
	event: BillingEvent,
	then: Subscription,
	before: SubscriptionBefore,
	situation: Situation,
): Fact[] {
	return [
		...trialMoved(event, then, before),
		...planChanged(event, then, before),
		...cancellationChanged(event, then, before, situation),
		...recovered(event, then, before, situation),
		...(before.status === undefined ? [] : factsOfLapse(event, then, situation)),
	];
}

export function factsOfEnd(event: BillingEvent, ended: Subscription, situation: Situation): Fact[] {
	if (!hadPaidBy(event.at, ended, situation)) return factsOfLapse(event, ended, situation);
	return [
		{
			name: 'subscription_canceled',
			key: factKeys.subscriptionCanceled(ended),
			occurredAt: ended.endedAt ?? event.at,
			subscription: ended,
			...wordsOf(ended, situation),
		},
	];
}

export function factsOfResumption(event: BillingEvent, subscription: Subscription): Fact[] {
	return [
		{
			name: 'subscription_resumed',
			key: factKeys.requested('subscription_resumed', subscription, requestOf(event)),
			occurredAt: event.at,
			subscription,
			reason: 'resumed',
		},
	];
}

/** Stripe says so 3 days ahead, or at once when less is left or the trial is being ended. */
export function factsOfTrialNotice(
	event: BillingEvent,
	then: Subscription,
	situation: Situation,
): Fact[] {
	const present = presentOf(then, situation);
	const isSameEnd = instant(present.trial?.endsAt) === instant(then.trial?.endsAt);
	if (!isSameEnd || !isEnding(then, event.at) || !isEnding(present, situation.now)) return [];
	return [
		{
			name: 'trial_ending',
			key: factKey('trial_ending', then.id, instant(then.trial?.endsAt)),
			occurredAt: event.at,
			subscription: then,
		},
	];
}

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
	if (!then.trial || stageOf({ ...then, hasPaymentMethod }, { hasPaid }, event.at) !== 'lapsed') {
		return [];
	}
	const reason = reasonOfLapse(then, situation);
	return [
		{
			name: 'trial_lapsed',
			key: factKeys.trialLapsed(then),
			occurredAt: lapsedAt(then) ?? event.at,
			subscription: then,
			reason,
			comment: reason === 'canceled' ? wordsOf(then, situation).comment : null,
		},
	];
}

function trialStarted(event: BillingEvent, subscription: Subscription): Fact {
	return {
		name: 'trial_started',
		key: factKeys.trialStarted(subscription),
		occurredAt: event.at,
		subscription,
	};
}

function trialMoved(event: BillingEvent, then: Subscription, before: SubscriptionBefore): Fact[] {
	const { trialEndsAt } = before;
	if (then.status !== 'trialing' || !then.trial || trialEndsAt === undefined) return [];
	if (trialEndsAt === null) return [trialStarted(event, then)];
	if (then.trial.endsAt <= trialEndsAt) return [];
	return [
		{
			name: 'trial_extended',
			key: factKeys.trialExtended(then),
			occurredAt: event.at,
			subscription: then,
			before: { trialEndsAt },
		},
	];
}

function planChanged(
	event: BillingEvent,
	then: Subscription,
	{ plans }: SubscriptionBefore,
): Fact[] {
	if (!plans || pricesOf(plans) === pricesOf(then.plans)) return [];
	return [
		{
			name: 'plan_changed',
			key: factKeys.requested('plan_changed', then, requestOf(event)),
			occurredAt: event.at,
			subscription: then,
			before: { plans },
		},
	];
}

function cancellationChanged(
	event: BillingEvent,
	then: Subscription,
	{ cancelsAt: cancelledBefore }: SubscriptionBefore,
	situation: Situation,
): Fact[] {
	if (cancelledBefore === undefined || then.status === 'canceled') return [];
	if (cancelledBefore === null && then.cancelsAt !== null) {
		const requestedAt = then.cancelRequestedAt ?? event.at;
		return [
			{
				name: 'cancellation_scheduled',
				key: factKeys.cancellationScheduled(then, requestedAt),
				occurredAt: requestedAt,
				subscription: then,
				...wordsOf(then, situation),
			},
		];
	}
	if (cancelledBefore === null || then.cancelsAt !== null) return [];
	return [
		{
			name: 'cancellation_undone',
			key: factKeys.requested('cancellation_undone', then, requestOf(event)),
			occurredAt: event.at,
			subscription: then,
		},
	];
}

/** A payment by hand leaves no trace in the invoice that an attempt failed before; the status does. */
function recovered(
	event: BillingEvent,
	then: Subscription,
	before: SubscriptionBefore,
	{ invoices }: Situation,
): Fact[] {
	const wasOwing = before.status === 'past_due' || before.status === 'unpaid';
	if (!wasOwing || then.status !== 'active') return [];
	const paid = paymentsOf(invoices.get(then.id) ?? [])
		.filter(({ paidAt }) => Math.abs(paidAt.getTime() - event.at.getTime()) < SAME_MOMENT_MS)
		.at(-1);
	// Without one the debt was forgiven, not paid.
	return paid ? [paymentRecovered(paid, then)] : [];
}

export function paymentRecovered(invoice: PaidInvoice, subscription: Subscription): Fact {
	return {
		name: 'payment_recovered',
		key: factKey('payment_recovered', invoice.id),
		occurredAt: invoice.paidAt,
		subscription,
		invoice,
	};
}

/**
 * Judged by what does not change any more, so that every event about one lapse gives the same reason: only an
 * invoice issued right at the end of the trial was tried on a card.
 */
function reasonOfLapse(then: Subscription, situation: Situation): LapseReason {
	const { trial } = then;
	const { hasPaymentMethod } = presentOf(then, situation);
	const reason = lapseReason({ ...then, hasPaymentMethod });
	const wasBilled = (situation.invoices.get(then.id) ?? []).some(
		(invoice) =>
			trial !== null &&
			isAfterTrial(invoice, trial) &&
			Math.abs(invoice.createdAt.getTime() - trial.endsAt.getTime()) < AT_TRIAL_END_MS,
	);
	return reason === 'payment_failed' && !wasBilled ? 'no_payment_method' : reason;
}

/** Stripe's portal writes the customer's words a moment after the cancellation itself. */
function wordsOf(then: Subscription, situation: Situation) {
	const present = presentOf(then, situation);
	const isSameRequest = instant(present.cancelRequestedAt) === instant(then.cancelRequestedAt);
	const later = isSameRequest ? present.cancellation : then.cancellation;
	return {
		reason:
			then.cancellation.feedback ??
			later.feedback ??
			then.cancellation.reason ??
			later.reason ??
			null,
		comment: then.cancellation.comment ?? later.comment,
	};
}

function isEnding({ status, trial, cancelsAt }: Subscription, now: Date): boolean {
	return status === 'trialing' && trial !== null && trial.endsAt > now && cancelsAt === null;
}

function pricesOf(plans: readonly Plan[]): string {
	return plans
		.map(({ priceId }) => priceId)
		.sort()
		.join(' ');
}

function requestOf({ id, requestId }: BillingEvent): string {
	return requestId ?? id;
}
