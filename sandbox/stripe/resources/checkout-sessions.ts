import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { missingResource } from '../api/failure.ts';
import { isInRange, listOf, pageOf, pagination, range } from '../api/lists.ts';
import {
	array,
	clearable,
	flag,
	id,
	integer,
	leftOut,
	metadata,
	object,
	oneOf,
	required,
	text,
	timestamp,
	type Params,
	type Shape,
} from '../api/params.ts';
import type { Presentation, Rendered } from '../api/presenter.ts';
import { expireSession } from '../billing/checkout/expiring.ts';
import { createSession } from '../billing/checkout/opening.ts';
import { without, type Stored } from '../state/stored.ts';
import { mergeMetadata } from './metadata.ts';
import { billingMode } from './subscription-params.ts';

export type CheckoutSession = Stored<Stripe.Checkout.Session> & {
	readonly hidden: {
		/** What the session was made from: it is carried out when the person is done, or copied to recover. */
		readonly params: SessionParams;
		readonly lineItems: readonly LineItem[];
	};
};

export type SessionParams = Params<Stripe.Checkout.SessionCreateParams>;
export type LineItem = Stored<Stripe.LineItem>;

export const checkoutSessionPresentation: Presentation<CheckoutSession> = {
	object: 'checkout.session',
	render: (session): Rendered => without(session, 'hidden'),
	expandable: {
		customer: (account) => account.customersEver,
		invoice: (account) => account.invoices,
		setup_intent: (account) => account.setupIntents,
		subscription: (account) => account.subscriptions,
	},
	includable: {
		line_items: (session: { readonly id: string }, account) => lineItems(account, session.id),
	},
};

function lineItems(account: Account, sessionId: string) {
	const session = checkoutSessionOf(account, sessionId);
	return listOf(session.hidden.lineItems, `/v1/checkout/sessions/${sessionId}/line_items`);
}

function checkoutSessionOf(account: Account, sessionId: string): CheckoutSession {
	const session = account.checkoutSessions.get(sessionId);
	if (!session) throw missingResource('checkout.session', sessionId);
	return session;
}

const createShape: Shape<Stripe.Checkout.SessionCreateParams> = {
	...leftOut(
		'adaptive_pricing',
		'automatic_tax',
		'branding_settings',
		'consent_collection',
		'custom_fields',
		'custom_text',
		'customer_account',
		'excluded_payment_method_types',
		'integration_identifier',
		'invoice_creation',
		'managed_payments',
		'name_collection',
		'optional_items',
		'payment_intent_data',
		'payment_method_configuration',
		'payment_method_data',
		'payment_method_options',
		'permissions',
		'phone_number_collection',
		'redirect_on_completion',
		'return_url',
		'shipping_address_collection',
		'shipping_options',
		'tax_id_collection',
		'wallet_options',
	),
	after_expiration: object<Stripe.Checkout.SessionCreateParams.AfterExpiration>({
		recovery: object<Stripe.Checkout.SessionCreateParams.AfterExpiration.Recovery>({
			allow_promotion_codes: flag(),
			enabled: required(flag()),
		}),
	}),
	allow_promotion_codes: flag(),
	allowed_payment_method_types: array(oneOf('card', 'link')),
	billing_address_collection: oneOf('auto', 'required'),
	cancel_url: text(),
	client_reference_id: text({ max: 200 }),
	currency: text({ max: 3 }),
	customer: id(),
	customer_creation: oneOf('always', 'if_required'),
	customer_email: text({ max: 800 }),
	customer_update: object<Stripe.Checkout.SessionCreateParams.CustomerUpdate>({
		address: oneOf('auto', 'never'),
		name: oneOf('auto', 'never'),
		shipping: oneOf('auto', 'never'),
	}),
	discounts: array(
		object<Stripe.Checkout.SessionCreateParams.Discount>({ coupon: id(), promotion_code: id() }),
		{ max: 1 },
	),
	expand,
	expires_at: timestamp(),
	line_items: array(
		object<Stripe.Checkout.SessionCreateParams.LineItem>({
			...leftOut('adjustable_quantity', 'tax_rates'),
			metadata: metadata(),
			price: id(),
			price_data: object<Stripe.Checkout.SessionCreateParams.LineItem.PriceData>({
				currency: itemPriceDataCurrency(),
				product: id(),
				...leftOut('product_data'),
				recurring: object<Stripe.Checkout.SessionCreateParams.LineItem.PriceData.Recurring>({
					interval: required(oneOf('day', 'month', 'week', 'year')),
					interval_count: integer({ min: 1 }),
				}),
				tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
				unit_amount: integer({ min: 0 }),
				...leftOut('unit_amount_decimal'),
			}),
			quantity: integer({ min: 0 }),
		}),
		{ max: 100 },
	),
	locale: text(),
	metadata: metadata(),
	mode: oneOf('payment', 'setup', 'subscription'),
	origin_context: oneOf('mobile_app', 'web'),
	payment_method_collection: oneOf('always', 'if_required'),
	saved_payment_method_options:
		object<Stripe.Checkout.SessionCreateParams.SavedPaymentMethodOptions>({
			allow_redisplay_filters: array(oneOf('always', 'limited', 'unspecified')),
			payment_method_remove: oneOf('disabled', 'enabled'),
			payment_method_save: oneOf('disabled', 'enabled'),
		}),
	setup_intent_data: object<Stripe.Checkout.SessionCreateParams.SetupIntentData>({
		description: text(),
		metadata: metadata(),
		...leftOut('on_behalf_of'),
	}),
	submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
	subscription_data: object<Stripe.Checkout.SessionCreateParams.SubscriptionData>({
		...leftOut(
			'application_fee_percent',
			'billing_cycle_anchor_config',
			'default_tax_rates',
			'invoice_settings',
			'on_behalf_of',
			'pending_invoice_item_interval',
			'transfer_data',
		),
		billing_cycle_anchor: timestamp(),
		billing_mode: billingMode,
		description: text({ max: 500 }),
		metadata: metadata(),
		proration_behavior: oneOf('create_prorations', 'none'),
		trial_end: timestamp(),
		trial_period_days: integer({ min: 1, max: 730 }),
		trial_settings: checkoutTrialSettings(),
	}),
	success_url: text(),
	ui_mode: oneOf('elements', 'embedded_page', 'form', 'hosted_page'),
};

function itemPriceDataCurrency() {
	return required(text({ max: 3 }));
}

/** Here the behavior has to be said, and an anchor cannot be. */
function checkoutTrialSettings() {
	return object<Stripe.Checkout.SessionCreateParams.SubscriptionData.TrialSettings>({
		end_behavior: required(
			object<Stripe.Checkout.SessionCreateParams.SubscriptionData.TrialSettings.EndBehavior>({
				missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')),
			}),
		),
	});
}

export const checkoutSessionEndpoints = [
	endpoint<Stripe.Checkout.SessionCreateParams>(
		'POST',
		'/v1/checkout/sessions',
		'checkout_session',
		createShape,
		({ account, params }) => account.render(createSession(account, params)),
	),

	endpoint<Stripe.Checkout.SessionListParams>(
		'GET',
		'/v1/checkout/sessions',
		'checkout_session',
		{
			...pagination,
			created: range(),
			customer: id(),
			...leftOut('customer_account', 'customer_details', 'payment_intent', 'payment_link'),
			expand,
			status: oneOf('complete', 'expired', 'open'),
			subscription: id(),
		},
		({ account, params, url }) =>
			pageOf(
				params.customer === undefined
					? account.checkoutSessions.newestFirst()
					: account.checkoutSessions.where('customer', params.customer),
				params,
				url,
				account,
				(session) =>
					(params.status === undefined || session.status === params.status) &&
					(params.subscription === undefined || session.subscription === params.subscription) &&
					isInRange(session.created, params.created),
			),
	),

	endpoint<Stripe.Checkout.SessionRetrieveParams>(
		'GET',
		'/v1/checkout/sessions/:id',
		'checkout_session',
		{ expand },
		({ account, path }) => account.render(checkoutSessionOf(account, path['id'] ?? '')),
	),

	endpoint<Stripe.Checkout.SessionUpdateParams>(
		'POST',
		'/v1/checkout/sessions/:id',
		'checkout_session',
		{
			...leftOut(
				'automatic_tax',
				'collected_information',
				'custom_fields',
				'invoice_creation',
				'line_items',
				'payment_intent_data',
				'shipping_options',
				'subscription_data',
			),
			expand,
			metadata: clearable(metadata()),
		},
		({ account, params, path }) => {
			const session = checkoutSessionOf(account, path['id'] ?? '');
			return account.render(
				account.checkoutSessions.put({
					...session,
					metadata: mergeMetadata(session.metadata, params.metadata),
				}),
			);
		},
	),

	endpoint<Stripe.Checkout.SessionExpireParams>(
		'POST',
		'/v1/checkout/sessions/:id/expire',
		'checkout_session',
		{ expand },
		({ account, path }) =>
			account.render(expireSession(account, checkoutSessionOf(account, path['id'] ?? ''))),
	),

	endpoint<Stripe.Checkout.SessionListLineItemsParams>(
		'GET',
		'/v1/checkout/sessions/:id/line_items',
		'checkout_session',
		{ ...pagination, expand },
		({ account, params, path, url }) =>
			pageOf(checkoutSessionOf(account, path['id'] ?? '').hidden.lineItems, params, url, account),
	),
];
