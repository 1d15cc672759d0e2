import type { Plan, Subscription } from '../subscription.ts';
import type { BillingEvent, SubscriptionBefore } from './billing-event.ts';
import { wordsOf } from './cancellation-words.ts';
import { factKeys, instant } from './fact-keys.ts';
import { factsOfLapse } from './lapse-facts.ts';
import { factKey, type Fact } from './lifecycle-event.ts';
import { factsOfSettlement } from './payment-facts.ts';
import { hadPaidBy, presentOf, type Situation } from './situation.ts';

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
		...factsOfSettlement(event, then, before, situation),
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
