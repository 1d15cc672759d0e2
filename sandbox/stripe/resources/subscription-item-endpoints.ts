import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { missingResource } from '../api/failure.ts';
import { pageOf, pagination } from '../api/lists.ts';
import {
	clearable,
	flag,
	id,
	integer,
	leftOut,
	metadata,
	oneOf,
	required,
	timestamp,
} from '../api/params.ts';
import { updateSubscription, type UpdateParams } from '../billing/updating.ts';
import {
	currentTrial,
	discounts,
	itemPriceData,
	prorationBehavior,
} from './subscription-params.ts';
import { subscriptionOf, type Subscription } from './subscriptions.ts';
import type { SubscriptionItem } from './subscription-items.ts';

/** One item alone: the same change as through its subscription. */

const paymentBehavior = oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete');

const shared = {
	...leftOut('billing_thresholds', 'tax_rates'),
	current_trial: currentTrial,
	discounts,
	expand,
	metadata: clearable(metadata()),
	payment_behavior: paymentBehavior,
	plan: id(),
	price: id(),
	price_data: itemPriceData,
	proration_behavior: prorationBehavior,
	proration_date: timestamp(),
	quantity: integer({ min: 0 }),
};

function find(account: Account, itemId: string): { owner: Subscription; item: SubscriptionItem } {
	const [owner] = account.subscriptions.where('item', itemId);
	const item = owner?.items.find(({ id: own }) => own === itemId);
	if (!owner || !item) throw missingResource('subscription item', itemId);
	return { owner, item };
}

type How = Pick<UpdateParams, 'payment_behavior' | 'proration_behavior' | 'proration_date'>;
type ItemChanges = NonNullable<UpdateParams['items']>;

function change(
	account: Account,
	owner: Subscription,
	item: ItemChanges[number],
	how: How,
): Subscription {
	return updateSubscription(account, owner, {
		items: [item],
		...(how.payment_behavior && { payment_behavior: how.payment_behavior }),
		...(how.proration_behavior && { proration_behavior: how.proration_behavior }),
		...(how.proration_date !== undefined && { proration_date: how.proration_date }),
	});
}

/** The parameters that speak of the item itself. */
function itemIn(params: ItemChanges[number]): ItemChanges[number] {
	return {
		...(params.current_trial && { current_trial: params.current_trial }),
		...(params.discounts !== undefined && { discounts: params.discounts }),
		...(params.metadata !== undefined && { metadata: params.metadata }),
		...(params.plan !== undefined && { plan: params.plan }),
		...(params.price !== undefined && { price: params.price }),
		...(params.price_data && { price_data: params.price_data }),
		...(params.quantity !== undefined && { quantity: params.quantity }),
	};
}

export const subscriptionItemEndpoints = [
	endpoint<Stripe.SubscriptionItemCreateParams>(
		'POST',
		'/v1/subscription_items',
		'subscription',
		{ ...shared, metadata: metadata(), subscription: required(id()) },
		({ account, params }) => {
			const owner = subscriptionOf(account, params.subscription, 'subscription');
			const known = new Set(owner.items.map((one) => one.id));
			const changed = change(account, owner, itemIn(params), params);
			const added = changed.items.find((one) => !known.has(one.id));
			if (!added) throw new Error('An item was added and is not there');
			return account.render(added);
		},
	),

	endpoint<Stripe.SubscriptionItemListParams>(
		'GET',
		'/v1/subscription_items',
		'subscription',
		{ ...pagination, expand, subscription: required(id()) },
		({ account, params, url }) => {
			const { items } = subscriptionOf(account, params.subscription, 'subscription');
			return pageOf(items, params, url, account);
		},
	),

	endpoint<Stripe.SubscriptionItemRetrieveParams>(
		'GET',
		'/v1/subscription_items/:id',
		'subscription',
		{ expand },
		({ account, path }) => account.render(find(account, path['id'] ?? '').item),
	),

	endpoint<Stripe.SubscriptionItemUpdateParams>(
		'POST',
		'/v1/subscription_items/:id',
		'subscription',
		{ ...shared, off_session: flag() },
		({ account, params, path }) => {
			const { owner, item } = find(account, path['id'] ?? '');
			change(account, owner, { ...itemIn(params), id: item.id }, params);
			return account.render(find(account, item.id).item);
		},
	),

	endpoint<Stripe.SubscriptionItemDeleteParams>(
		'DELETE',
		'/v1/subscription_items/:id',
		'subscription',
		{
			clear_usage: flag(),
			payment_behavior: paymentBehavior,
			proration_behavior: prorationBehavior,
			proration_date: timestamp(),
		},
		({ account, params, path }) => {
			const { owner, item } = find(account, path['id'] ?? '');
			change(account, owner, { id: item.id, deleted: true }, params);
			return { id: item.id, object: 'subscription_item', deleted: true };
		},
	),
];
