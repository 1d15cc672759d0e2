import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { missingResource } from '../api/failure.ts';
import { pageOf, pagination } from '../api/lists.ts';
import {
	array,
	clearable,
	flag,
	id,
	leftOut,
	metadata,
	missingParam,
	object,
	oneOf,
	required,
	text,
	type Field,
	type Params,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { create, update } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { mergeMetadata } from './metadata.ts';

export type PortalConfiguration = Stored<Stripe.BillingPortal.Configuration>;

type Features = PortalConfiguration['features'];
type FeatureParams = NonNullable<
	Params<Stripe.BillingPortal.ConfigurationUpdateParams>['features']
>;

export const portalConfigurationPresentation: Presentation<PortalConfiguration> = {
	object: 'billing_portal.configuration',
};

const REASONS = [
	'too_expensive',
	'missing_features',
	'switched_service',
	'unused',
	'customer_service',
	'too_complex',
	'low_quality',
	'other',
] as const;

const NOTHING: Features = {
	customer_update: { allowed_updates: [], enabled: false },
	invoice_history: { enabled: false },
	payment_method_update: { enabled: false, payment_method_configuration: null },
	subscription_cancel: {
		cancellation_reason: { enabled: false, feedback_options: null, options: [...REASONS] },
		enabled: false,
		mode: 'at_period_end',
		proration_behavior: 'none',
	},
	subscription_pause: {
		duration: { interval_options: [], type: 'indefinite' },
		enabled: false,
	},
	subscription_update: {
		billing_cycle_anchor: null,
		default_allowed_updates: [],
		enabled: false,
		products: null,
		proration_behavior: 'none',
		schedule_at_period_end: { conditions: [] },
		trial_update_behavior: 'end_trial',
	},
};

/** What the dashboard's default looks like once an account holder has switched everything on. */
const EVERYTHING: Features = {
	...NOTHING,
	customer_update: { allowed_updates: ['email', 'name', 'address', 'phone'], enabled: true },
	invoice_history: { enabled: true },
	payment_method_update: { enabled: true, payment_method_configuration: null },
	subscription_cancel: {
		...NOTHING.subscription_cancel,
		cancellation_reason: { ...NOTHING.subscription_cancel.cancellation_reason, enabled: true },
		enabled: true,
	},
	subscription_update: {
		...NOTHING.subscription_update,
		default_allowed_updates: ['price', 'quantity', 'promotion_code'],
		enabled: true,
		proration_behavior: 'create_prorations',
		trial_update_behavior: 'continue_trial',
	},
};

/** The configuration that sessions use when they name none; it comes into being with its first use. */
export function defaultConfiguration(account: Account): PortalConfiguration {
	for (const one of account.portalConfigurations.newestFirst()) if (one.is_default) return one;
	return account.portalConfigurations.put(
		blank(account, { features: EVERYTHING, is_default: true }),
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

const proration = oneOf('always_invoice', 'create_prorations', 'none');

const features = object<Stripe.BillingPortal.ConfigurationUpdateParams.Features>({
	customer_update: object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.CustomerUpdate>({
		allowed_updates: clearable(
			array(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id')),
		),
		enabled: flag(),
	}),
	invoice_history: object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.InvoiceHistory>({
		enabled: required(flag()),
	}),
	payment_method_update:
		object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.PaymentMethodUpdate>({
			enabled: required(flag()),
			...leftOut('payment_method_configuration'),
		}),
	subscription_cancel:
		object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionCancel>({
			cancellation_reason:
				object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionCancel.CancellationReason>(
					{
						enabled: required(flag()),
						...leftOut('feedback_options'),
						options: clearable(array(oneOf(...REASONS))),
					},
				),
			enabled: flag(),
			mode: oneOf('at_period_end', 'immediately'),
			proration_behavior: proration,
		}),
	subscription_pause:
		object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionPause>({
			...leftOut('duration'),
			enabled: flag(),
		}),
	subscription_update:
		object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionUpdate>({
			billing_cycle_anchor: oneOf('now', 'unchanged'),
			default_allowed_updates: clearable(array(oneOf('price', 'promotion_code', 'quantity'))),
			enabled: flag(),
			products: clearable(
				array(
					object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionUpdate.Product>(
						{
							...leftOut('adjustable_quantity'),
							prices: required(array(id())),
							product: required(id()),
						},
					),
				),
			),
			proration_behavior: proration,
			...leftOut('schedule_at_period_end'),
			trial_update_behavior: oneOf('continue_trial', 'end_trial'),
		}),
});

type NewFeatures = Params<Stripe.BillingPortal.ConfigurationCreateParams>['features'];

/** On creation every feature that is named must say whether it is on. */
function newFeatures(): Field<NewFeatures> {
	return {
		read(raw, name) {
			const read = features.read(raw, name) as NewFeatures;
			for (const [feature, value] of Object.entries(read)) {
				if (value?.enabled === undefined) throw missingParam(`${name}[${feature}][enabled]`);
			}
			return read;
		},
	};
}

function withFeatures(present: Features, change: FeatureParams): Features {
	const cancel = change.subscription_cancel;
	const plan = change.subscription_update;
	return {
		customer_update: {
			...present.customer_update,
			...(change.customer_update?.enabled !== undefined && {
				enabled: change.customer_update.enabled,
			}),
			...(change.customer_update?.allowed_updates !== undefined && {
				allowed_updates: change.customer_update.allowed_updates ?? [],
			}),
		},
		invoice_history: { ...present.invoice_history, ...change.invoice_history },
		payment_method_update: {
			...present.payment_method_update,
			...(change.payment_method_update && { enabled: change.payment_method_update.enabled }),
		},
		subscription_cancel: {
			...present.subscription_cancel,
			...(cancel?.enabled !== undefined && { enabled: cancel.enabled }),
			...(cancel?.mode && { mode: cancel.mode }),
			...(cancel?.proration_behavior && { proration_behavior: cancel.proration_behavior }),
			...(cancel?.cancellation_reason && {
				cancellation_reason: {
					...present.subscription_cancel.cancellation_reason,
					enabled: cancel.cancellation_reason.enabled,
					...(cancel.cancellation_reason.options && {
						options: cancel.cancellation_reason.options,
					}),
				},
			}),
		},
		subscription_pause: {
			...present.subscription_pause,
			...(change.subscription_pause?.enabled !== undefined && {
				enabled: change.subscription_pause.enabled,
			}),
		},
		subscription_update: {
			...present.subscription_update,
			...(plan?.enabled !== undefined && { enabled: plan.enabled }),
			...(plan?.billing_cycle_anchor && { billing_cycle_anchor: plan.billing_cycle_anchor }),
			...(plan?.default_allowed_updates !== undefined && {
				default_allowed_updates: plan.default_allowed_updates ?? [],
			}),
			...(plan?.products !== undefined && {
				products:
					plan.products?.map(({ prices, product }) => ({
						adjustable_quantity: { enabled: false, maximum: null, minimum: 1 },
						prices,
						product,
					})) ?? null,
			}),
			...(plan?.proration_behavior && { proration_behavior: plan.proration_behavior }),
			...(plan?.trial_update_behavior && { trial_update_behavior: plan.trial_update_behavior }),
		},
	};
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
			const created = withFields(blank(account, { features: NOTHING }), params);
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
