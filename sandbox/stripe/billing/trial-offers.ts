import type { Account } from '../account.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import type { RecurringPrice } from '../resources/prices.ts';
import type { SubscriptionItem } from '../resources/subscription-items.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import type { Seconds } from '../state/stored.ts';
import { addIntervals } from './periods.ts';

/**
 * The offer's price for its number of periods, then the price that it leads to.
 * https://docs.stripe.com/billing/subscriptions/trials
 */
export function withTrialOffer(
	account: Account,
	item: SubscriptionItem,
	offerId: string,
	now: Seconds,
	param: string,
): SubscriptionItem {
	const offer = account.trialOffers.get(offerId);
	if (!offer) throw missingResource('trial offer', offerId, param);
	if (!offer.active) throw invalidRequest(`The trial offer ${offerId} is not active.`, { param });
	if (offer.price !== item.price.id) {
		throw invalidRequest(
			`The trial offer ${offerId} is for the price ${offer.price}, the item has ${item.price.id}.`,
			{ param },
		);
	}
	const iterations = offer.duration.relative?.iterations ?? 1;
	return {
		...item,
		current_trial: {
			start_date: now,
			end_date: addIntervals(now, item.price.recurring, iterations),
			trial_offer: offerId,
		},
	};
}

/** Items whose offer has ended take the price that it leads to; the period follows that price. */
export function transitionEndedOffers(
	account: Account,
	subscription: Subscription,
	now: Seconds,
): Subscription {
	const items = subscription.items.map((item) => {
		if (!item.current_trial || item.current_trial.end_date > now) return item;
		const offer = account.trialOffers.get(item.current_trial.trial_offer);
		const price = account.prices.get(offer?.end_behavior.transition?.price ?? '');
		return { ...item, current_trial: null, price: (price ?? item.price) as RecurringPrice };
	});
	const changed = items.some((item, index) => item !== subscription.items[index]);
	return changed ? { ...subscription, billing_cycle_anchor: now, items } : subscription;
}
