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
import { isSuperseded, presentOf, wasSuperseded, type Situation } from './situation.ts';
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
 * a fact depends on the event and on how things stood then, never on which other events came before, nor on how
 * late the account is read. So repeats, any order and any delay lead to the same facts, and their keys are told
 * apart once per reader. Facts come in the order in which they happened.
 *
 * The present only says which of them nobody should act upon any more, `isStale` and `isSuperseded`, and it takes
 * back two that are nothing but a word about the present: `trial_ending` of an end that will not come or has come,
 * and `payment_method_added` of a card that would not be charged.
 */
export function deriveEvents(
	events: readonly BillingEvent[],
	situation: Situation,
): LifecycleEvent[] {
	const found = new Map<string, LifecycleEvent>();
	for (const event of [...events].sort(byTime)) {
		for (const fact of factsOf(event, situation)) {
			if (found.has(fact.key) || isOfAnother(fact, event, situation)) continue;
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
function isOfAnother({ subscription }: Fact, event: BillingEvent, situation: Situation): boolean {
	return subscription !== null && wasSuperseded(event, subscription, situation);
}

function toLifecycleEvent(fact: Fact, cause: BillingEvent, situation: Situation): LifecycleEvent {
	const { name, key, occurredAt } = fact;
	const subscription = fact.subscription && presentOf(fact.subscription, situation);
	return {
		name,
		key,
		occurredAt,
		isStale: isOvertaken(fact, situation),
		isSuperseded: subscription !== null && isSuperseded(subscription, situation),
		subscription,
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
