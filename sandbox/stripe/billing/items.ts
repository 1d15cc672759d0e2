import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { invalidParameter, invalidRequest } from '../api/failure.ts';
import { missingParam, type Params } from '../api/params.ts';
import { createPrice, priceOf, type Price, type RecurringPrice } from '../resources/prices.ts';
import type { SubscriptionItem } from '../resources/subscription-items.ts';
import type { Seconds } from '../state/stored.ts';
import { mergeMetadata } from '../resources/metadata.ts';
import { withTrialOffer } from './trial-offers.ts';
import { attachDiscounts, type DiscountParams } from './redemption.ts';

/** What one item of a request says, on creation and on change. */
export interface ItemParams {
	readonly current_trial?: { readonly trial_offer: string };
	readonly discounts?: DiscountParams | null;
	readonly metadata?: Params<{ metadata: Stripe.MetadataParam }>['metadata'] | null;
	readonly plan?: string;
	readonly price?: string;
	readonly price_data?: Params<Stripe.SubscriptionCreateParams.Item.PriceData>;
	readonly quantity?: number;
}

/** The recurring price that an item names or describes. */
export function itemPrice(
	account: Account,
	item: ItemParams,
	param: string,
): RecurringPrice | undefined {
	const named = item.price ?? item.plan;
	const key = item.price === undefined ? 'plan' : 'price';
	const price: Price | undefined = item.price_data
		? createPrice(account, { ...item.price_data, active: false })
		: named === undefined
			? undefined
			: priceOf(account, named, `${param}[${key}]`);
	if (!price) return undefined;
	if (named !== undefined && !price.active) {
		throw invalidRequest(
			`The price specified is inactive. This field only accepts active prices.`,
			{ param: `${param}[${key}]` },
		);
	}
	if (!isRecurring(price)) {
		throw invalidRequest(
			`The price specified is set to \`type=one_time\` but this field only accepts prices with \`type=recurring\`.`,
			{ param: `${param}[${key}]` },
		);
	}
	return price;
}

function isRecurring(price: Price): price is RecurringPrice {
	return price.recurring !== null;
}

export function createItem(
	account: Account,
	subscriptionId: string,
	params: ItemParams,
	param: string,
	now: Seconds,
): SubscriptionItem {
	const price = itemPrice(account, params, param);
	if (!price) throw missingParam(`${param}[price]`);
	const item: SubscriptionItem = {
		id: account.newId('si'),
		object: 'subscription_item',
		billing_thresholds: null,
		created: now,
		current_period_end: now,
		current_period_start: now,
		current_trial: null,
		discounts: [],
		metadata: mergeMetadata(null, params.metadata),
		price,
		quantity: params.quantity ?? 1,
		subscription: subscriptionId,
		tax_rates: [],
	};
	const discounted = params.discounts
		? {
				...item,
				discounts: attachDiscounts(account, params.discounts, `${param}[discounts]`, {
					now,
					subscription: subscriptionId,
					subscriptionItem: item.id,
				}),
			}
		: item;
	return params.current_trial
		? withTrialOffer(
				account,
				discounted,
				params.current_trial.trial_offer,
				now,
				`${param}[current_trial][trial_offer]`,
			)
		: discounted;
}

/** One currency for all, no price twice. */
export function checkItems(items: readonly SubscriptionItem[]): void {
	const [first] = items;
	if (items.some((item) => item.price.currency !== first?.price.currency)) {
		throw invalidRequest('All prices on a subscription must have the same `currency`.', {
			param: 'items',
		});
	}
	const prices = new Set(items.map((item) => item.price.id));
	if (prices.size < items.length) {
		throw invalidParameter(
			'Cannot add multiple subscription items with the same plan or price.',
			'items',
		);
	}
}
