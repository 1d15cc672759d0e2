import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { pageOf, pagination } from '../api/lists.ts';
import { clearable, flag, id, metadata, required, text } from '../api/params.ts';
import type { Presentation, Rendered } from '../api/presenter.ts';
import { refreshEntitlements } from '../billing/entitlements.ts';
import type { Stored } from '../state/stored.ts';
import { customerOf } from './customers.ts';
import { mergeMetadata } from './metadata.ts';
import { productOf } from './products.ts';

export type Feature = Stored<Stripe.Entitlements.Feature>;

export type ActiveEntitlement = Stored<Stripe.Entitlements.ActiveEntitlement> & {
	readonly customer: string;
};

/** A feature on a product; on the wire it carries the feature itself. */
export interface ProductFeature {
	readonly id: string;
	readonly object: 'product_feature';
	readonly feature: string;
	readonly livemode: boolean;
	readonly product: string;
}

export const entitlementPresentations: readonly Presentation[] = [
	{
		object: 'entitlements.active_entitlement',
		render: ({ customer: _, ...entitlement }: ActiveEntitlement): Rendered => entitlement,
		expandable: { feature: (account) => account.features },
	} satisfies Presentation<ActiveEntitlement>,
	{
		object: 'product_feature',
		render: ({ feature, product: _, ...own }: ProductFeature, account): Rendered => ({
			...own,
			entitlement_feature: account.features.get(feature),
		}),
	} satisfies Presentation<ProductFeature>,
];

function featureOf(account: Account, featureId: string, param = 'id'): Feature {
	const feature = account.features.get(featureId);
	if (!feature) throw missingResource('feature', featureId, param);
	return feature;
}

export const entitlementEndpoints = [
	endpoint<Stripe.Entitlements.FeatureCreateParams>(
		'POST',
		'/v1/entitlements/features',
		'entitlement',
		{
			expand,
			lookup_key: required(text({ max: 80 })),
			metadata: metadata(),
			name: required(text({ max: 80 })),
		},
		({ account, params }) => {
			if (account.features.where('lookup_key', params.lookup_key).length > 0) {
				throw invalidRequest(`A feature with the lookup key ${params.lookup_key} already exists.`, {
					param: 'lookup_key',
				});
			}
			return account.features.put({
				id: account.newId('feat'),
				object: 'entitlements.feature',
				active: true,
				livemode: account.livemode,
				lookup_key: params.lookup_key,
				metadata: mergeMetadata(null, params.metadata),
				name: params.name,
			});
		},
	),

	endpoint<Stripe.Entitlements.FeatureListParams>(
		'GET',
		'/v1/entitlements/features',
		'entitlement',
		{ ...pagination, archived: flag(), expand, lookup_key: text() },
		({ account, params, url }) =>
			pageOf(
				account.features.newestFirst(),
				params,
				url,
				account,
				(feature) =>
					(params.archived === undefined || feature.active !== params.archived) &&
					(params.lookup_key === undefined || feature.lookup_key === params.lookup_key),
			),
	),

	endpoint<Stripe.Entitlements.FeatureRetrieveParams>(
		'GET',
		'/v1/entitlements/features/:id',
		'entitlement',
		{ expand },
		({ account, path }) => featureOf(account, path['id'] ?? ''),
	),

	endpoint<Stripe.Entitlements.FeatureUpdateParams>(
		'POST',
		'/v1/entitlements/features/:id',
		'entitlement',
		{ active: flag(), expand, metadata: clearable(metadata()), name: text({ max: 80 }) },
		({ account, params, path }) => {
			const feature = featureOf(account, path['id'] ?? '');
			return account.features.put({
				...feature,
				active: params.active ?? feature.active,
				metadata: mergeMetadata(feature.metadata, params.metadata),
				name: params.name ?? feature.name,
			});
		},
	),

	endpoint<Stripe.ProductCreateFeatureParams>(
		'POST',
		'/v1/products/:id/features',
		'product',
		{ entitlement_feature: required(id()), expand },
		({ account, params, path }) => {
			const product = productOf(account, path['id'] ?? '');
			const feature = featureOf(account, params.entitlement_feature, 'entitlement_feature');
			return account.render(addProductFeature(account, product.id, feature.id));
		},
	),

	endpoint<Stripe.ProductListFeaturesParams>(
		'GET',
		'/v1/products/:id/features',
		'product',
		{ ...pagination, expand },
		({ account, params, path, url }) =>
			pageOf(account.productFeatures.where('product', path['id'] ?? ''), params, url, account),
	),

	endpoint<Stripe.Entitlements.ActiveEntitlementListParams>(
		'GET',
		'/v1/entitlements/active_entitlements',
		'entitlement',
		{ ...pagination, customer: required(id()), expand },
		({ account, params, url }) => {
			const customer = customerOf(account, params.customer, 'customer');
			return pageOf(account.entitlements.where('customer', customer.id), params, url, account);
		},
	),

	endpoint<Stripe.Entitlements.ActiveEntitlementRetrieveParams>(
		'GET',
		'/v1/entitlements/active_entitlements/:id',
		'entitlement',
		{ expand },
		({ account, path }) => {
			const entitlement = account.entitlements.get(path['id'] ?? '');
			if (!entitlement) throw missingResource('active entitlement', path['id'] ?? '');
			return account.render(entitlement);
		},
	),
];

/** Gives a product a feature, and everyone who has the product with it. */
export function addProductFeature(
	account: Account,
	productId: string,
	featureId: string,
): ProductFeature {
	const added = account.productFeatures.put({
		id: account.newId('prodft'),
		object: 'product_feature',
		feature: featureId,
		livemode: account.livemode,
		product: productId,
	});
	const holders = new Set<string>();
	for (const { customer, items } of account.subscriptions.newestFirst()) {
		if (items.some(({ price }) => price.product === productId)) holders.add(customer);
	}
	for (const holder of holders) refreshEntitlements(account, holder);
	return added;
}
