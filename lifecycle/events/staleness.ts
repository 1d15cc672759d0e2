import { hasNoMoreRetries, stageOf } from '../stage.ts';
import type { Subscription } from '../subscription.ts';
import { lapseKey } from './lapse-facts.ts';
import type { Fact } from './lifecycle-event.ts';
import { hadPaidBy, invoicesOf, presentOf, type Situation } from './situation.ts';

/**
 * Declines after which Stripe does not try the same card again.
 * https://docs.stripe.com/billing/revenue-recovery/smart-retries#non-retryable-decline-codes
 */
const HARD_DECLINES: ReadonlySet<string> = new Set([
	'authentication_required',
	'highest_risk_level',
	'incorrect_number',
	'lost_card',
	'pickup_card',
	'revocation_of_all_authorizations',
	'revocation_of_authorization',
	'stolen_card',
	'transaction_not_allowed',
]);

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
			return owesNothing(present) || isAttemptOvertaken(fact, present, situation);
		case 'payment_action_required':
			return owesNothing(present);
		case 'payment_given_up':
			return !hasNoMoreRetries(present);
		case 'trial_converted':
		case 'payment_recovered':
		case 'subscription_resumed':
			return present.status !== 'active';
		case 'trial_lapsed':
			// A trial that went on and lapsed again is told by its last lapse.
			return (
				!isLapsed(present, situation) || fact.key !== lapseKey(present, situation.now, situation)
			);
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

function owesNothing(present: Subscription): boolean {
	return isOver(present) || present.status === 'active' || present.status === 'trialing';
}

/**
 * Whether a later attempt has failed, which tells more, or the bill is not open any more. Turns of a card that is
 * not tried again, or of no card at all, are counted, but nothing tells of them: there the last word stands.
 */
function isAttemptOvertaken(
	{ invoice: then }: Fact,
	{ id, hasPaymentMethod }: Subscription,
	situation: Situation,
): boolean {
	const now = invoicesOf(id, situation).find((invoice) => invoice.id === then?.id);
	if (!then || !now) return false;
	if (now.status === 'paid' || now.status === 'void') return true;
	const isTriedAgain = hasPaymentMethod && !HARD_DECLINES.has(then.declineCode ?? '');
	return isTriedAgain && now.attempt > then.attempt;
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
