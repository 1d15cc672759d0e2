import type Stripe from 'stripe';
import type { Params } from '../api/params.ts';
import type { Stored } from '../state/stored.ts';
import { CANCELLATION_REASONS } from './portal-feature-params.ts';

/** What customers may do for themselves in the portal. */
export type PortalFeatures = Stored<Stripe.BillingPortal.Configuration>['features'];

type FeatureParams = NonNullable<
	Params<Stripe.BillingPortal.ConfigurationUpdateParams>['features']
>;

export const NO_FEATURES: PortalFeatures = {
	customer_update: { allowed_updates: [], enabled: false },
	invoice_history: { enabled: false },
	payment_method_update: { enabled: false, payment_method_configuration: null },
	subscription_cancel: {
		cancellation_reason: {
			enabled: false,
			feedback_options: null,
			options: [...CANCELLATION_REASONS],
		},
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
export const ALL_FEATURES: PortalFeatures = {
	...NO_FEATURES,
	customer_update: { allowed_updates: ['email', 'name', 'address', 'phone'], enabled: true },
	invoice_history: { enabled: true },
	payment_method_update: { enabled: true, payment_method_configuration: null },
	subscription_cancel: {
		...NO_FEATURES.subscription_cancel,
		cancellation_reason: { ...NO_FEATURES.subscription_cancel.cancellation_reason, enabled: true },
		enabled: true,
	},
	subscription_update: {
		...NO_FEATURES.subscription_update,
		default_allowed_updates: ['price', 'quantity', 'promotion_code'],
		enabled: true,
		proration_behavior: 'create_prorations',
		trial_update_behavior: 'continue_trial',
	},
};

export function withFeatures(present: PortalFeatures, change: FeatureParams): PortalFeatures {
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
