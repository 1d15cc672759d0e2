import { invalidRequest } from '../api/failure.ts';
import { attachPaymentMethod } from '../billing/attaching.ts';
import {
	cancelSubscription,
	lastPeriodEnd,
	scheduleCancellation,
} from '../billing/cancellation.ts';
import { pauseSubscription } from '../billing/pausing.ts';
import { updateSubscription } from '../billing/updating.ts';
import { update } from '../events/changes.ts';
import { customerOf } from '../resources/customers.ts';
import type { RecurringPrice } from '../resources/prices.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import { filled, typedCard } from './person.ts';
import type { PortalPlace } from './portal.ts';

type Action = (place: PortalPlace, form: URLSearchParams) => void;

/** What a person can do in the portal, by the last part of the address that the form is sent to. */
export const PORTAL_ACTIONS: Readonly<Record<string, Action>> = {
	card: addCard,
	cancel,
	undo,
	retain,
	plan: changePlan,
	confirm: confirmPlan,
	pause: (place) => void pauseSubscription(place.account, needed(place), {}),
};

function needed({ subscription }: PortalPlace): Subscription {
	if (!subscription) throw invalidRequest('There is no subscription.');
	return subscription;
}

/** The new card is the customer's default; a subscription with a card of its own keeps that one. */
function addCard({ account, configuration, session }: PortalPlace, form: URLSearchParams) {
	allow(configuration.features.payment_method_update.enabled);
	const card = typedCard(account, filled(form, 'card'));
	if (!card) throw invalidRequest('Enter a card number.');
	attachPaymentMethod(account, card.id, customerOf(account, session.customer));
	const customer = customerOf(account, session.customer);
	update(
		account,
		account.customers,
		{
			...customer,
			invoice_settings: { ...customer.invoice_settings, default_payment_method: card.id },
		},
		'customer.updated',
	);
}

function allow(isEnabled: boolean) {
	if (!isEnabled) throw invalidRequest('This is not offered here.');
}

/**
 * With flexible billing the portal sets `cancel_at` and leaves `cancel_at_period_end` alone.
 * https://docs.stripe.com/billing/subscriptions/billing-mode/compare
 */
function cancel(place: PortalPlace, form: URLSearchParams) {
	const { account, configuration } = place;
	const subscription = needed(place);
	const { enabled, mode } = configuration.features.subscription_cancel;
	allow(enabled);
	const [feedback, comment] = [filled(form, 'feedback'), filled(form, 'comment')];
	const details = {
		...(feedback !== undefined && { feedback }),
		...(comment !== undefined && { comment }),
	};
	if (mode === 'immediately') {
		cancelSubscription(account, subscription, { reason: 'cancellation_requested', details });
		return;
	}
	const isFlexible = subscription.billing_mode.type === 'flexible';
	const schedule = isFlexible
		? { atPeriodEnd: false, at: lastPeriodEnd(subscription) }
		: { atPeriodEnd: true, at: null };
	const scheduled = scheduleCancellation(account, subscription, schedule, details);
	update(account, account.subscriptions, scheduled, 'customer.subscription.updated');
}

function undo(place: PortalPlace) {
	const { account } = place;
	const kept = scheduleCancellation(account, needed(place), { atPeriodEnd: false, at: null });
	update(account, account.subscriptions, kept, 'customer.subscription.updated');
}

/** Staying for a discount. */
function retain(place: PortalPlace) {
	const coupon = place.session.flow?.subscription_cancel?.retention?.coupon_offer?.coupon;
	if (coupon === undefined) throw invalidRequest('This is not offered here.');
	updateSubscription(place.account, needed(place), { discounts: [{ coupon }] });
}

/** The recurring prices that the configuration offers, or all of them; never the present one. */
export function planChoices(
	{ account, configuration }: PortalPlace,
	subscription: Subscription,
): RecurringPrice[] {
	const { enabled, products } = configuration.features.subscription_update;
	if (!enabled) return [];
	const offered = products && new Set(products.flatMap(({ prices }) => prices));
	const present = new Set(subscription.items.map(({ price }) => price.id));
	return [...account.prices.newestFirst()].filter(
		(price): price is RecurringPrice =>
			price.recurring !== null &&
			price.active &&
			price.currency === subscription.currency &&
			!present.has(price.id) &&
			(!offered || offered.has(price.id)),
	);
}

function changePlan(place: PortalPlace, form: URLSearchParams) {
	const subscription = needed(place);
	const price = filled(form, 'price');
	const isOffered = planChoices(place, subscription).some(({ id }) => id === price);
	const [item] = subscription.items;
	if (!isOffered || price === undefined || !item) throw invalidRequest('This plan is not offered.');
	change(place, subscription, [{ id: item.id, price }]);
}

function confirmPlan(place: PortalPlace) {
	const flow = place.session.flow?.subscription_update_confirm;
	if (!flow) throw invalidRequest('This is not offered here.');
	change(
		place,
		needed(place),
		flow.items.map((item) => ({
			id: item.id ?? '',
			...(item.price !== null && { price: item.price }),
			...(item.quantity !== undefined && { quantity: item.quantity }),
		})),
	);
}

/** In a trial the configuration says whether the trial goes on or ends with the change. */
function change(
	{ account, configuration }: PortalPlace,
	subscription: Subscription,
	items: ReadonlyArray<{ id: string; price?: string; quantity?: number }>,
) {
	const features = configuration.features.subscription_update;
	const endsTrial =
		subscription.status === 'trialing' && features.trial_update_behavior === 'end_trial';
	updateSubscription(account, subscription, {
		items,
		proration_behavior: features.proration_behavior,
		...(features.billing_cycle_anchor && {
			billing_cycle_anchor: { type: features.billing_cycle_anchor },
		}),
		...(endsTrial && { trial_end: 'now' as const }),
	});
}
