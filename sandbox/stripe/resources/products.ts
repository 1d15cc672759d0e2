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
	metadata,
	notEmulated,
	object,
	oneOf,
	required,
	text,
	type Params,
	type Shape,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { create, remove, update } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { mergeMetadata } from './metadata.ts';
import { priceDataShape } from './price-data.ts';
import { createPrice } from './prices.ts';

export type Product = Stored<Stripe.Product>;

export const productPresentation: Presentation<Product> = {
	object: 'product',
	expandable: { default_price: (account) => account.prices },
};

export function productOf(account: Account, productId: string, param = 'id'): Product {
	const product = account.products.get(productId);
	if (!product) throw missingResource('product', productId, param);
	return product;
}

const marketingFeatures = array(
	object<Stripe.ProductCreateParams.MarketingFeature>({ name: required(text({ max: 80 })) }),
	{ max: 15 },
);

const createShape: Shape<Stripe.ProductCreateParams> = {
	active: flag(),
	default_price_data: object<Stripe.ProductCreateParams.DefaultPriceData>({
		...priceDataShape,
		currency_options: notEmulated(),
		custom_unit_amount: notEmulated(),
		metadata: metadata(),
	}),
	description: text(),
	expand,
	id: id(),
	images: array(text(), { max: 8 }),
	marketing_features: marketingFeatures,
	metadata: metadata(),
	name: required(text({ max: 250 })),
	package_dimensions: notEmulated(),
	shippable: flag(),
	statement_descriptor: text({ max: 22 }),
	tax_code: notEmulated(),
	tax_details: notEmulated(),
	type: oneOf('good', 'service'),
	unit_label: text({ max: 12 }),
	url: text(),
};

const updateShape: Shape<Stripe.ProductUpdateParams> = {
	active: flag(),
	default_price: id(),
	description: clearable(text()),
	expand,
	images: clearable(array(text(), { max: 8 })),
	marketing_features: clearable(marketingFeatures),
	metadata: clearable(metadata()),
	name: text({ max: 250 }),
	package_dimensions: notEmulated(),
	shippable: flag(),
	statement_descriptor: text({ max: 22 }),
	tax_code: notEmulated(),
	tax_details: notEmulated(),
	unit_label: clearable(text({ max: 12 })),
	url: clearable(text()),
};

export function createProduct(
	account: Account,
	params: Params<Stripe.ProductCreateParams>,
): Product {
	if (params.id !== undefined && account.products.get(params.id)) {
		throw invalidRequest(`Product already exists.`, {
			code: 'resource_already_exists',
			param: 'id',
		});
	}
	const now = account.now(null);
	const product: Product = {
		id: params.id ?? account.newId('prod'),
		object: 'product',
		active: params.active ?? true,
		created: now,
		default_price: null,
		description: params.description ?? null,
		images: params.images ?? [],
		livemode: account.livemode,
		marketing_features: params.marketing_features ?? [],
		metadata: mergeMetadata(null, params.metadata),
		name: params.name,
		package_dimensions: null,
		shippable: params.shippable ?? null,
		statement_descriptor: params.statement_descriptor ?? null,
		tax_code: null,
		tax_details: null,
		type: params.type ?? 'service',
		unit_label: params.unit_label ?? null,
		updated: now,
		url: params.url ?? null,
	};
	create(account, account.products, product, 'product.created');
	if (!params.default_price_data) return product;
	const price = createPrice(account, { ...params.default_price_data, product: product.id });
	return update(
		account,
		account.products,
		{ ...product, default_price: price.id },
		'product.updated',
	);
}

export const productEndpoints = [
	endpoint<Stripe.ProductCreateParams>(
		'POST',
		'/v1/products',
		'product',
		createShape,
		({ account, params }) => account.render(createProduct(account, params)),
	),

	endpoint<Stripe.ProductListParams>(
		'GET',
		'/v1/products',
		'product',
		{
			...pagination,
			active: flag(),
			created: range(),
			expand,
			ids: array(id()),
			shippable: flag(),
			type: oneOf('good', 'service'),
			url: text(),
		},
		({ account, params, url }) =>
			pageOf(
				account.products.newestFirst(),
				params,
				url,
				account,
				(product) =>
					(params.active === undefined || product.active === params.active) &&
					(params.ids === undefined || params.ids.includes(product.id)) &&
					(params.shippable === undefined || product.shippable === params.shippable) &&
					(params.type === undefined || product.type === params.type) &&
					(params.url === undefined || product.url === params.url) &&
					isInRange(product.created, params.created),
			),
	),

	endpoint<Stripe.ProductRetrieveParams>(
		'GET',
		'/v1/products/:id',
		'product',
		{ expand },
		({ account, path }) => account.render(productOf(account, path['id'] ?? '')),
	),

	endpoint<Stripe.ProductUpdateParams>(
		'POST',
		'/v1/products/:id',
		'product',
		updateShape,
		({ account, params, path }) => {
			const product = productOf(account, path['id'] ?? '');
			if (params.default_price !== undefined && !account.prices.get(params.default_price)) {
				throw missingResource('price', params.default_price, 'default_price');
			}
			const changed: Product = {
				...product,
				...(params.active !== undefined && { active: params.active }),
				...(params.default_price !== undefined && { default_price: params.default_price }),
				...(params.description !== undefined && { description: params.description }),
				...(params.images !== undefined && { images: params.images ?? [] }),
				...(params.marketing_features !== undefined && {
					marketing_features: params.marketing_features ?? [],
				}),
				metadata: mergeMetadata(product.metadata, params.metadata),
				...(params.name !== undefined && { name: params.name }),
				...(params.shippable !== undefined && { shippable: params.shippable }),
				...(params.unit_label !== undefined && { unit_label: params.unit_label }),
				...(params.url !== undefined && { url: params.url }),
				updated: account.now(null),
			};
			return account.render(update(account, account.products, changed, 'product.updated'));
		},
	),

	endpoint<Stripe.ProductDeleteParams>(
		'DELETE',
		'/v1/products/:id',
		'product',
		{},
		({ account, path }) => {
			const product = productOf(account, path['id'] ?? '');
			if (account.prices.where('product', product.id).length > 0) {
				throw invalidRequest(
					'This product cannot be deleted because it has one or more user-created prices.',
				);
			}
			remove(account, account.products, product, 'product.deleted');
			return { id: product.id, object: 'product', deleted: true };
		},
	),
];
