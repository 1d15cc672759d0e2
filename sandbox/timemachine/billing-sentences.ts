import type Stripe from 'stripe';
import { leavesAt } from './subscription-end.ts';
import { day, money, type Tone } from './timeline.ts';

/** What an event means to somebody who does not know Stripe. */
export interface Sentence {
	readonly title: string;
	readonly tone: Tone;
	readonly isMinor: boolean;
}

const say = (title: string, tone: Tone = 'neutral'): Sentence => ({ title, tone, isMinor: false });
const mention = (title: string): Sentence => ({ title, tone: 'neutral', isMinor: true });

/** Puts a Stripe event into plain words; events without words of their own are shown by their name. */
export function sentenceOf(event: Stripe.Event): Sentence {
	switch (event.type) {
		case 'customer.subscription.created':
			return subscriptionCreated(event.data.object);
		case 'customer.subscription.updated':
			return subscriptionUpdated(event.data.object, event.data.previous_attributes ?? {});
		case 'customer.subscription.trial_will_end':
			return say(`Stripe announces the end of the trial on ${trialEnd(event.data.object)}`, 'warn');
		case 'customer.subscription.paused':
			return say('Subscription paused', 'bad');
		case 'customer.subscription.resumed':
			return say('Subscription resumed', 'good');
		case 'customer.subscription.deleted':
			return say(`Subscription ended${reasonOf(event.data.object)}`, 'bad');
		case 'invoice.paid':
			return event.data.object.amount_paid > 0
				? say(`Paid ${money(event.data.object.amount_paid, event.data.object.currency)}`, 'good')
				: mention('Invoice over nothing, settled at once');
		case 'invoice.payment_failed':
			return paymentFailed(event.data.object);
		case 'invoice.payment_action_required':
			return say('The bank asks the customer to confirm the payment', 'warn');
		case 'invoice.created':
			return mention(`Invoice drawn up over ${amountOf(event.data.object)}`);
		case 'invoice.finalized':
			return mention(`Invoice issued over ${amountOf(event.data.object)}`);
		case 'invoice.upcoming':
			return mention(`Next invoice is announced: ${amountOf(event.data.object)}`);
		case 'invoice.voided':
			return say('Open invoice cancelled');
		case 'invoice.marked_uncollectible':
			return say('Invoice given up', 'bad');
		case 'payment_method.attached':
			return say(`Card added: ${cardName(event.data.object)}`, 'good');
		case 'payment_method.detached':
			return say(`Card removed: ${cardName(event.data.object)}`, 'warn');
		case 'checkout.session.completed':
			return say('Checkout completed', 'good');
		case 'checkout.session.expired':
			return say('Checkout left unfinished', 'warn');
		case 'customer.created':
			return mention('Customer created');
		case 'customer.deleted':
			return say('Customer deleted', 'bad');
		default:
			return mention(event.type.replaceAll(/[._]/g, ' '));
	}
}

function subscriptionCreated(subscription: Stripe.Subscription): Sentence {
	return subscription.status === 'trialing'
		? say(`Trial started, until ${trialEnd(subscription)}`, 'good')
		: say(`Subscribed (${subscription.status.replaceAll('_', ' ')})`, 'good');
}

type Before = Partial<Stripe.Subscription>;

function subscriptionUpdated(now: Stripe.Subscription, before: Before): Sentence {
	if (before.status !== undefined && before.status !== now.status) {
		return statusChanged(before.status, now);
	}
	if (before.cancel_at_period_end !== undefined || before.cancel_at !== undefined) {
		const end = leavesAt(now);
		return end === null
			? say('Cancellation taken back', 'good')
			: say(`Cancellation planned for ${day(end)}${reasonOf(now)}`, 'warn');
	}
	if (typeof before.trial_end === 'number' && now.trial_end !== null) {
		const verb = now.trial_end > before.trial_end ? 'extended' : 'shortened';
		return say(`Trial ${verb} to ${trialEnd(now)}`, 'good');
	}
	if (before.pause_collection !== undefined) {
		return say(now.pause_collection ? 'Payment collection paused' : 'Payment collection goes on');
	}
	if (before.items !== undefined) return say('Plan changed');
	if (before.discounts !== undefined) return say('Discount changed', 'good');
	return mention('Subscription updated');
}

function statusChanged(before: Stripe.Subscription.Status, now: Stripe.Subscription): Sentence {
	switch (now.status) {
		case 'active':
			return before === 'trialing'
				? say('Trial over, subscription active; first invoice follows')
				: say('Subscription active again', 'good');
		case 'past_due':
			return say('Payment overdue', 'bad');
		case 'unpaid':
			return say('All attempts failed: unpaid', 'bad');
		case 'paused':
			return before === 'trialing'
				? say('Trial over without a card', 'bad')
				: mention('Subscription set to paused');
		case 'trialing':
			return say(`In trial again, until ${trialEnd(now)}`, 'good');
		default:
			return mention(`Subscription ${now.status.replaceAll('_', ' ')}`);
	}
}

function paymentFailed(invoice: Stripe.Invoice): Sentence {
	const next = invoice.next_payment_attempt;
	const outlook = next === null ? 'no further attempt' : `next attempt on ${day(next)}`;
	return say(`Payment of ${amountOf(invoice)} failed, ${outlook}`, 'bad');
}

function amountOf(invoice: Stripe.Invoice): string {
	return money(invoice.amount_due, invoice.currency);
}

function trialEnd(subscription: Stripe.Subscription): string {
	return subscription.trial_end === null ? 'an unknown day' : day(subscription.trial_end);
}

function reasonOf({ cancellation_details: details }: Stripe.Subscription): string {
	const reason = details?.feedback ?? details?.reason;
	return reason ? ` (${reason.replaceAll('_', ' ')})` : '';
}

/** "Visa •••• 4242". */
export function cardName(method: Stripe.PaymentMethod): string {
	if (!method.card) return method.type.replaceAll('_', ' ');
	const brand = method.card.brand.charAt(0).toUpperCase() + method.card.brand.slice(1);
	return `${brand} •••• ${method.card.last4}`;
}
