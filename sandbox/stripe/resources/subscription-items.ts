import type Stripe from 'stripe';
import type { Presentation, Rendered } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';
import { toPlan, type RecurringPrice } from './prices.ts';

/** The price is kept with the item; when it goes out, price and plan show what they are now. */
export type SubscriptionItem = Omit<Stored<Stripe.SubscriptionItem>, 'plan' | 'price'> & {
	readonly price: RecurringPrice;
};

export const subscriptionItemPresentation: Presentation<SubscriptionItem> = {
	object: 'subscription_item',
	render(item, account): Rendered {
		const price = (account.prices.get(item.price.id) ?? item.price) as RecurringPrice;
		return { ...item, price, plan: toPlan(price) };
	},
	expandable: { discounts: (account) => account.discounts },
};
