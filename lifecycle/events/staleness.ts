import { stageOf } from '../stage.ts';
import type { Subscription } from '../subscription.ts';
import type { Fact } from './lifecycle-event.ts';
import { hadPaidBy, presentOf, type Situation } from './situation.ts';

/** Whether acting on the fact would now be wrong: the account has moved on since. */
export function isOvertaken(fact: Fact, situation: Situation): boolean {
	const { name, subscription: then } = fact;
	if (!then) return false;
	const present = presentOf(then, situation);
	switch (name) {
		case 'trial_started':
			return present.status !== 'trialing';
		case 'trial_extended':
			return (
				present.status !== 'trialing' ||
				present.trial?.endsAt.getTime() !== then.trial?.endsAt.getTime()
			);
		case 'payment_method_added':
			return isOver(present) || !present.hasPaymentMethod;
		case 'plan_changed':
			return isOver(present) || !hasSamePrices(present, then);
		case 'cancellation_scheduled':
			return isOver(present) || present.cancelsAt === null;
		case 'cancellation_undone':
			return isOver(present) || present.cancelsAt !== null;
		case 'payment_failed':
		case 'payment_action_required':
			return isOver(present) || present.status === 'active' || present.status === 'trialing';
		case 'trial_converted':
		case 'payment_recovered':
		case 'subscription_resumed':
			return present.status !== 'active';
		case 'trial_lapsed':
			return !isLapsed(present, situation);
		case 'checkout_abandoned':
			return fact.checkout?.mode === 'setup' ? present.hasPaymentMethod : isLive(present);
		case 'trial_ending':
		case 'subscription_canceled':
			return false;
	}
}

function isLapsed(present: Subscription, situation: Situation): boolean {
	const hasPaid = hadPaidBy(situation.now, present, situation);
	return stageOf(present, { hasPaid }, situation.now) === 'lapsed';
}

function isOver({ status }: Subscription): boolean {
	return status === 'canceled' || status === 'incomplete_expired';
}

function isLive({ status }: Subscription): boolean {
	return status === 'trialing' || status === 'active' || status === 'past_due';
}

function hasSamePrices(one: Subscription, other: Subscription): boolean {
	const pricesOf = ({ plans }: Subscription) => new Set(plans.map(({ priceId }) => priceId));
	const [some, others] = [pricesOf(one), pricesOf(other)];
	return some.size === others.size && [...some].every((price) => others.has(price));
}
