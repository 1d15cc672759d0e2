import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { missingResource } from '../api/failure.ts';
import { pageOf, pagination } from '../api/lists.ts';
import {
	clearable,
	flag,
	leftOut,
	metadata,
	object,
	required,
	text,
	type Params,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { create, update } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { mergeMetadata } from './metadata.ts';
import { features, newFeatures } from './portal-feature-params.ts';
import { ALL_FEATURES, NO_FEATURES, withFeatures } from './portal-features.ts';

export type PortalConfiguration = Stored<Stripe.BillingPortal.Configuration>;

export const portalConfigurationPresentation: Presentation<PortalConfiguration> = {
	object: 'billing_portal.configuration',
};

/** The configuration that sessions use when they name none; it comes into being with its first use. */
export function defaultConfiguration(account: Account): PortalConfiguration {
	for (const one of account.portalConfigurations.newestFirst()) if (one.is_default) return one;
	return account.portalConfigurations.put(
		blank(account, { features: ALL_FEATURES, is_default: true }),
	);
}

function blank(
	account: Account,
	fields: Partial<PortalConfiguration> & Pick<PortalConfiguration, 'features'>,
): PortalConfiguration {
	const now = account.now(null);
	return {
		id: account.newId('bpc'),
		object: 'billing_portal.configuration',
		active: true,
		application: null,
		business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null },
		created: now,
		default_return_url: null,
		is_default: false,
		livemode: account.livemode,
		login_page: { enabled: false, url: null },
		metadata: {},
		name: null,
		updated: now,
		...fields,
	};
}

export function configurationOf(
	account: Account,
	configurationId: string,
	param = 'id',
): PortalConfiguration {
	const found = account.portalConfigurations.get(configurationId);
	if (!found) throw missingResource('configuration', configurationId, param);
	return found;
}

const profile = object<Stripe.BillingPortal.ConfigurationUpdateParams.BusinessProfile>({
	headline: clearable(text({ max: 60 })),
	privacy_policy_url: clearable(text()),
	terms_of_service_url: clearable(text()),
});

const newProfile = object<Stripe.BillingPortal.ConfigurationCreateParams.BusinessProfile>({
	headline: clearable(text({ max: 60 })),
	privacy_policy_url: text(),
	terms_of_service_url: text(),
});

const shared = {
	business_profile: profile,
	default_return_url: clearable(text()),
	expand,
	...leftOut('login_page'),
	name: clearable(text()),
};

function withFields(
	present: PortalConfiguration,
	params: Pick<
		Params<Stripe.BillingPortal.ConfigurationUpdateParams>,
		'business_profile' | 'default_return_url' | 'features' | 'metadata' | 'name'
	>,
): PortalConfiguration {
	return {
		...present,
		business_profile: { ...present.business_profile, ...params.business_profile },
		...(params.default_return_url !== undefined && {
			default_return_url: params.default_return_url,
		}),
		...(params.features && { features: withFeatures(present.features, params.features) }),
		metadata: mergeMetadata(present.metadata, params.metadata),
		...(params.name !== undefined && { name: params.name }),
	};
}

export const portalConfigurationEndpoints = [
	endpoint<Stripe.BillingPortal.ConfigurationCreateParams>(
		'POST',
		'/v1/billing_portal/configurations',
		'customer_portal',
		{
			...shared,
			business_profile: newProfile,
			features: required(newFeatures()),
			metadata: metadata(),
		},
		({ account, params }) => {
			const created = withFields(blank(account, { features: NO_FEATURES }), params);
			return create(
				account,
				account.portalConfigurations,
				created,
				'billing_portal.configuration.created',
			);
		},
	),

	endpoint<Stripe.BillingPortal.ConfigurationListParams>(
		'GET',
		'/v1/billing_portal/configurations',
		'customer_portal',
		{ ...pagination, active: flag(), expand, is_default: flag() },
		({ account, params, url }) => {
			defaultConfiguration(account);
			return pageOf(
				account.portalConfigurations.newestFirst(),
				params,
				url,
				account,
				(one) =>
					(params.active === undefined || one.active === params.active) &&
					(params.is_default === undefined || one.is_default === params.is_default),
			);
		},
	),

	endpoint<Stripe.BillingPortal.ConfigurationRetrieveParams>(
		'GET',
		'/v1/billing_portal/configurations/:id',
		'customer_portal',
		{ expand },
		({ account, path }) => configurationOf(account, path['id'] ?? ''),
	),

	endpoint<Stripe.BillingPortal.ConfigurationUpdateParams>(
		'POST',
		'/v1/billing_portal/configurations/:id',
		'customer_portal',
		{ ...shared, active: flag(), features, metadata: clearable(metadata()) },
		({ account, params, path }) => {
			const present = configurationOf(account, path['id'] ?? '');
			return update(
				account,
				account.portalConfigurations,
				{
					...withFields(present, params),
					...(params.active !== undefined && { active: params.active }),
					updated: account.now(null),
				},
				'billing_portal.configuration.updated',
			);
		},
	),
];
