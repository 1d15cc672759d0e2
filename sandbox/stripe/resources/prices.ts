import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import {
	array,
	clearable,
	flag,
	id,
	integer,
	metadata,
	missingParam,
	notEmulated,
	object,
	oneOf,
	required,
	text,
	type Params,
	type Shape,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { create, update } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { mergeMetadata } from './metadata.ts';
import { interval, priceDataShape } from './price-data.ts';
import { createProduct } from './products.ts';

export type Price = Stored<Stripe.Price>;
export type Plan = Stored<Stripe.Plan>;
export type RecurringPrice = Price & { readonly recurring: NonNullable<Price['recurring']> };

export const pricePresentation: Presentation<Price> = {
	object: 'price',
	expandable: { product: (account) => account.products },
};

/** The old face of a price, which subscription items still carry. */
export const planPresentation: Presentation<Plan> = {
	object: 'plan',
	expandable: { product: (account) => account.products },
};

export function priceOf(account: Account, priceId: string, param = 'id'): Price {
	const price = account.prices.get(priceId);
	if (!price) throw missingResource('price', priceId, param);
	return price;
}

/** Minor units for a quantity, whole: fractions of a cent are rounded half up. */
export function amountOf(price: Price, quantity: number): number {
	return Math.round(Number(price.unit_amount_decimal ?? '0') * quantity);
}

const createShape: Shape<Stripe.PriceCreateParams> = {
	...priceDataShape,
	active: flag(),
	billing_scheme: oneOf('per_unit'),
	currency_options: notEmulated(),
	custom_unit_amount: notEmulated(),
	expand,
	lookup_key: text({ max: 200 }),
	metadata: metadata(),
	nickname: text(),
	product: id(),
	product_data: object<Stripe.PriceCreateParams.ProductData>({
		active: flag(),
		id: id(),
		metadata: metadata(),
		name: required(text({ max: 250 })),
		statement_descriptor: text({ max: 22 }),
		tax_code: notEmulated(),
		tax_details: notEmulated(),
		unit_label: text({ max: 12 }),
	}),
	recurring: object<Stripe.PriceCreateParams.Recurring>({
		interval: required(interval),
		interval_count: integer({ min: 1, max: 1095 }),
		meter: notEmulated(),
		trial_period_days: integer({ min: 1, max: 730 }),
		usage_type: oneOf('licensed'),
	}),
	tiers: notEmulated(),
	tiers_mode: notEmulated(),
	transfer_lookup_key: flag(),
	transform_quantity: notEmulated(),
};

const updateShape: Shape<Stripe.PriceUpdateParams> = {
	active: flag(),
	currency_options: notEmulated(),
	expand,
	lookup_key: text({ empty: true, max: 200 }),
	metadata: clearable(metadata()),
	nickname: text({ empty: true }),
	tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
	transfer_lookup_key: flag(),
};

/** What any call can say to make a price; `id` is for the demo catalogue only. */
export type NewPrice = Pick<
	Params<Stripe.PriceCreateParams>,
	| 'active'
	| 'currency'
	| 'lookup_key'
	| 'metadata'
	| 'nickname'
	| 'product'
	| 'recurring'
	| 'tax_behavior'
	| 'unit_amount'
	| 'unit_amount_decimal'
> & { readonly id?: string };

export function createPrice(account: Account, params: NewPrice): Price {
	if (params.product === undefined) throw missingParam('product');
	if (!account.products.get(params.product)) {
		throw missingResource('product', params.product, 'product');
	}
	if (params.unit_amount === undefined && params.unit_amount_decimal === undefined) {
		throw invalidRequest(
			'Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.',
		);
	}
	const decimalAmount = params.unit_amount_decimal ?? String(params.unit_amount);
	const { recurring } = params;
	const price: Price = {
		id: params.id ?? account.newId('price'),
		object: 'price',
		active: params.active ?? true,
		billing_scheme: 'per_unit',
		created: account.now(null),
		currency: params.currency.toLowerCase(),
		custom_unit_amount: null,
		livemode: account.livemode,
		lookup_key: params.lookup_key ?? null,
		metadata: mergeMetadata(null, params.metadata),
		nickname: params.nickname ?? null,
		product: params.product,
		recurring: recurring
			? {
					interval: recurring.interval,
					interval_count: recurring.interval_count ?? 1,
					meter: null,
					trial_period_days: recurring.trial_period_days ?? null,
					usage_type: 'licensed',
				}
			: null,
		tax_behavior: params.tax_behavior ?? 'unspecified',
		tiers_mode: null,
		transform_quantity: null,
		type: recurring ? 'recurring' : 'one_time',
		unit_amount: Number.isInteger(Number(decimalAmount)) ? Number(decimalAmount) : null,
		unit_amount_decimal: decimalAmount,
	};
	return create(account, account.prices, price, 'price.created');
}

/** A lookup key belongs to one price: another's is taken over on request, else refused. */
function claimLookupKey(account: Account, lookupKey: string | undefined, transfer = false) {
	if (!lookupKey) return;
	for (const holder of account.prices.where('lookup_key', lookupKey)) {
		if (!transfer) {
			throw invalidRequest(`A price (\`${holder.id}\`) already uses that lookup key.`, {
				param: 'lookup_key',
			});
		}
		update(account, account.prices, { ...holder, lookup_key: null }, 'price.updated');
	}
}

export function toPlan(price: RecurringPrice): Plan {
	return {
		id: price.id,
		object: 'plan',
		active: price.active,
		amount: price.unit_amount,
		amount_decimal: price.unit_amount_decimal,
		billing_scheme: price.billing_scheme,
		created: price.created,
		currency: price.currency,
		interval: price.recurring.interval,
		interval_count: price.recurring.interval_count,
		livemode: price.livemode,
		metadata: price.metadata,
		meter: null,
		nickname: price.nickname,
		product: price.product,
		tiers_mode: null,
		transform_usage: null,
		trial_period_days: price.recurring.trial_period_days,
		usage_type: price.recurring.usage_type,
	};
}

export const priceEndpoints = [
	endpoint<Stripe.PriceCreateParams>(
		'POST',
		'/v1/prices',
		'plan',
		createShape,
		({ account, params }) => {
			claimLookupKey(account, params.lookup_key, params.transfer_lookup_key);
			const product = params.product_data
				? createProduct(account, params.product_data).id
				: params.product;
			return account.render(createPrice(account, { ...params, product }));
		},
	),

	endpoint<Stripe.PriceListParams>(
		'GET',
		'/v1/prices',
		'plan',
		{
			...pagination,
			active: flag(),
			created: range(),
			currency: text({ max: 3 }),
			expand,
			lookup_keys: array(text(), { max: 10 }),
			product: id(),
			recurring: object<Stripe.PriceListParams.Recurring>({
				interval,
				meter: notEmulated(),
				usage_type: oneOf('licensed', 'metered'),
			}),
			type: oneOf('one_time', 'recurring'),
		},
		({ account, params, url }) =>
			pageOf(
				params.product === undefined
					? account.prices.newestFirst()
					: account.prices.where('product', params.product),
				params,
				url,
				account,
				(price) =>
					(params.active === undefined || price.active === params.active) &&
					(params.currency === undefined || price.currency === params.currency) &&
					(params.type === undefined || price.type === params.type) &&
					(params.lookup_keys === undefined ||
						params.lookup_keys.includes(price.lookup_key ?? '')) &&
					(params.recurring?.interval === undefined ||
						price.recurring?.interval === params.recurring.interval) &&
					(params.recurring?.usage_type === undefined ||
						price.recurring?.usage_type === params.recurring.usage_type) &&
					isInRange(price.created, params.created),
			),
	),

	endpoint<Stripe.PriceRetrieveParams>(
		'GET',
		'/v1/prices/:id',
		'plan',
		{ expand },
		({ account, path }) => account.render(priceOf(account, path['id'] ?? '')),
	),

	endpoint<Stripe.PriceUpdateParams>(
		'POST',
		'/v1/prices/:id',
		'plan',
		updateShape,
		({ account, params, path }) => {
			const price = priceOf(account, path['id'] ?? '');
			if (params.lookup_key !== price.lookup_key) {
				claimLookupKey(account, params.lookup_key, params.transfer_lookup_key);
			}
			const changed: Price = {
				...price,
				...(params.active !== undefined && { active: params.active }),
				...(params.lookup_key !== undefined && { lookup_key: params.lookup_key || null }),
				...(params.nickname !== undefined && { nickname: params.nickname || null }),
				...(params.tax_behavior !== undefined && { tax_behavior: params.tax_behavior }),
				metadata: mergeMetadata(price.metadata, params.metadata),
			};
			return account.render(update(account, account.prices, changed, 'price.updated'));
		},
	),
];
