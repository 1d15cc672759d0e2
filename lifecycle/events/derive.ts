import type { BillingEvent } from './billing-event.ts';
import { factsOfLapse } from './lapse-facts.ts';
import type { Fact, LifecycleEvent } from './lifecycle-event.ts';
import { LIFECYCLE_EVENTS } from './names.ts';
import {
	factsOfCheckout,
	factsOfFailure,
	factsOfInitialPaymentMethod,
	factsOfPayment,
	factsOfPaymentMethod,
} from './payment-facts.ts';
import { isSuperseded, presentOf, type Situation } from './situation.ts';
import { isOvertaken } from './staleness.ts';
import {
	factsOfCreation,
	factsOfEnd,
	factsOfResumption,
	factsOfTrialNotice,
	factsOfUpdate,
} from './subscription-facts.ts';

/**
 * What happened to an account, from what Stripe told of it and what it is now. Each event speaks for itself:
 * a fact depends on the event, on how the account is now and on payments as they were then, never on which
 * other events came before. So repeats and any order lead to the same facts, and their keys are told apart
 * once per reader. Facts come in the order in which they happened.
 */
export function deriveEvents(
	events: readonly BillingEvent[],
	situation: Situation,
): LifecycleEvent[] {
	const found = new Map<string, LifecycleEvent>();
	for (const event of [...events].sort(byTime)) {
		for (const fact of factsOf(event, situation)) {
			if (found.has(fact.key) || isAboutThePast(fact, situation)) continue;
			found.set(fact.key, toLifecycleEvent(fact, event, situation));
		}
	}
	return [...found.values()].sort(byCause);
}

function factsOf(event: BillingEvent, situation: Situation): Fact[] {
	const { news } = event;
	switch (news.kind) {
		case 'subscription_created':
			return [
				...factsOfCreation(event, news.subscription),
				...factsOfInitialPaymentMethod(event, news.subscription, situation),
			];
		case 'subscription_updated':
			return [
				...factsOfUpdate(event, news.subscription, news.before, situation),
				...(news.before.hasPaymentMethod === false
					? factsOfPaymentMethod(event, false, situation)
					: []),
			];
		case 'subscription_paused':
			return factsOfLapse(event, news.subscription, situation);
		case 'subscription_resumed':
			return factsOfResumption(event, news.subscription);
		case 'subscription_ended':
			return factsOfEnd(event, news.subscription, situation);
		case 'trial_will_end':
			return factsOfTrialNotice(event, news.subscription, situation);
		case 'invoice_paid':
			return factsOfPayment(news.invoice, situation);
		case 'payment_failed':
		case 'payment_action_required':
			return factsOfFailure(event, news.kind, news.invoice, situation);
		case 'payment_method_saved':
			return factsOfPaymentMethod(event, news.isFirst, situation);
		case 'checkout_expired':
			return factsOfCheckout(event, news.checkout, situation);
		case 'other':
			return [];
	}
}

/** An event of a superseded subscription never speaks for the account. */
function isAboutThePast({ subscription }: Fact, situation: Situation): boolean {
	return subscription !== null && isSuperseded(presentOf(subscription, situation), situation);
}

function toLifecycleEvent(fact: Fact, cause: BillingEvent, situation: Situation): LifecycleEvent {
	const { name, key, occurredAt, subscription } = fact;
	return {
		name,
		key,
		occurredAt,
		isStale: isOvertaken(fact, situation),
		subscription: subscription && presentOf(subscription, situation),
		invoice: fact.invoice ?? null,
		checkout: fact.checkout ?? null,
		reason: fact.reason ?? null,
		comment: fact.comment ?? null,
		before: fact.before ?? null,
		cause,
	};
}

/** Ids decide where Stripe's clock, which counts seconds, does not: the same order every time. */
function byTime(one: BillingEvent, other: BillingEvent): number {
	return one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : 1);
}

function byCause(one: LifecycleEvent, other: LifecycleEvent): number {
	return (
		one.cause.at.getTime() - other.cause.at.getTime() ||
		LIFECYCLE_EVENTS.indexOf(one.name) - LIFECYCLE_EVENTS.indexOf(other.name) ||
		(one.key < other.key ? -1 : 1)
	);
}
