import type Stripe from 'stripe';
import type { Account } from '../../account.ts';
import { invalidParameter, invalidRequest } from '../../api/failure.ts';
import { missingParam, type Params } from '../../api/params.ts';
import type {
	CheckoutSession,
	LineItem,
	SessionParams,
} from '../../resources/checkout-sessions.ts';
import { customerOf } from '../../resources/customers.ts';
import { mergeMetadata } from '../../resources/metadata.ts';
import { amountOf, createPrice, priceOf, type Price } from '../../resources/prices.ts';
import { createSetupIntent } from '../../resources/setup-intents.ts';
import { DAY, HOUR, MINUTE, type Seconds } from '../../state/stored.ts';

/** https://docs.stripe.com/api/checkout/sessions/create */
const LONGEST = DAY;
const SHORTEST = 30 * MINUTE;
/** A trial end given to Checkout must be at least this far away. */
const TRIAL_LEAD = 48 * HOUR;

export function createSession(
	account: Account,
	params: SessionParams,
	recoveredFrom: string | null = null,
): CheckoutSession {
	if (params.mode === undefined) throw missingParam('mode');
	if (params.mode === 'payment') {
		throw invalidRequest(
			'The Stripe stand-in does not emulate mode=payment (sandbox/FIDELITY.md).',
			{
				param: 'mode',
			},
		);
	}
	if (params.customer !== undefined && params.customer_email !== undefined) {
		throw invalidRequest(
			'You may only specify one of these parameters: customer, customer_email.',
			{
				code: 'parameters_exclusive',
				param: 'customer_email',
			},
		);
	}
	if (!params.success_url) throw missingParam('success_url');
	const customer =
		params.customer === undefined ? null : customerOf(account, params.customer, 'customer');
	const now = account.now(customer?.test_clock);
	checkMode(params, now);
	const expiresAt = params.expires_at ?? now + LONGEST;
	if (expiresAt < now + SHORTEST || expiresAt > now + LONGEST) {
		throw invalidParameter(
			'The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.',
			'expires_at',
		);
	}
	const id = account.newId(account.livemode ? 'cs_live' : 'cs_test');
	const items = (params.line_items ?? []).map((item, index) => lineItem(account, item, index));
	const total = items.reduce((sum, item) => sum + item.amount_total, 0);
	const isSetup = params.mode === 'setup';
	const trialing = isTrial(params);
	const { recovery } = params.after_expiration ?? {};
	return account.checkoutSessions.put({
		id,
		object: 'checkout.session',
		adaptive_pricing: null,
		after_expiration: recovery
			? {
					recovery: {
						allow_promotion_codes: recovery.allow_promotion_codes ?? false,
						enabled: recovery.enabled,
						expires_at: null,
						url: null,
					},
				}
			: null,
		allow_promotion_codes: params.allow_promotion_codes ?? null,
		allowed_payment_method_types: params.allowed_payment_method_types ?? null,
		amount_subtotal: isSetup ? null : trialing ? 0 : total,
		amount_total: isSetup ? null : trialing ? 0 : total,
		automatic_tax: { enabled: false, liability: null, provider: null, status: null },
		billing_address_collection: params.billing_address_collection ?? null,
		cancel_url: params.cancel_url ?? null,
		client_reference_id: params.client_reference_id ?? null,
		client_secret: null,
		collected_information: null,
		consent: null,
		consent_collection: null,
		created: now,
		currency: params.currency ?? items[0]?.currency ?? null,
		currency_conversion: null,
		custom_fields: [],
		custom_text: {
			after_submit: null,
			shipping_address: null,
			submit: null,
			terms_of_service_acceptance: null,
		},
		customer: customer?.id ?? null,
		customer_account: null,
		customer_creation: isSetup ? (params.customer_creation ?? null) : null,
		customer_details: null,
		customer_email: params.customer_email ?? null,
		discounts: (params.discounts ?? []).map((discount) => ({
			coupon: discount.coupon ?? null,
			promotion_code: discount.promotion_code ?? null,
		})),
		expires_at: expiresAt,
		integration_identifier: null,
		invoice: null,
		invoice_creation: null,
		livemode: account.livemode,
		locale: params.locale ?? null,
		managed_payments: null,
		metadata: mergeMetadata(null, params.metadata),
		mode: params.mode,
		origin_context: params.origin_context ?? null,
		payment_intent: null,
		payment_link: null,
		payment_method_collection: isSetup ? 'always' : (params.payment_method_collection ?? 'always'),
		payment_method_configuration_details: null,
		payment_method_options: {},
		payment_method_types: ['card'],
		payment_status: isSetup ? 'no_payment_required' : 'unpaid',
		permissions: null,
		phone_number_collection: { enabled: false },
		recovered_from: recoveredFrom,
		saved_payment_method_options: isSetup
			? null
			: {
					allow_redisplay_filters: ['always'],
					payment_method_remove: 'disabled',
					payment_method_save: null,
				},
		setup_intent: isSetup
			? createSetupIntent(account, {
					customer: customer?.id ?? null,
					description: params.setup_intent_data?.description ?? null,
					metadata: mergeMetadata(null, params.setup_intent_data?.metadata),
				}).id
			: null,
		shipping_address_collection: null,
		shipping_cost: null,
		shipping_options: [],
		status: 'open',
		submit_type: params.submit_type ?? null,
		subscription: null,
		success_url: params.success_url,
		total_details: isSetup ? null : { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
		ui_mode: params.ui_mode ?? 'hosted_page',
		url: `${account.publicUrl()}/c/pay/${id}`,
		wallet_options: null,
		hidden: { params, lineItems: items },
	});
}

function checkMode(params: SessionParams, now: Seconds) {
	if (params.mode === 'setup') {
		if (params.currency === undefined && params.allowed_payment_method_types === undefined) {
			throw missingParam('currency');
		}
		return;
	}
	if (!params.line_items?.length) throw missingParam('line_items');
	const { trial_end: end, trial_period_days: days } = params.subscription_data ?? {};
	if (end !== undefined && days !== undefined) {
		throw invalidRequest('You can only pass one of: trial_end, trial_period_days.', {
			code: 'parameters_exclusive',
			param: 'subscription_data[trial_period_days]',
		});
	}
	if (end !== undefined && end < now + TRIAL_LEAD) {
		throw invalidParameter(
			'The `trial_end` date has to be at least 2 days in the future.',
			'subscription_data[trial_end]',
		);
	}
}

export function isTrial({ subscription_data: data }: SessionParams): boolean {
	return data?.trial_end !== undefined || data?.trial_period_days !== undefined;
}

type LineItemParams = Params<Stripe.Checkout.SessionCreateParams.LineItem>;

function lineItem(account: Account, item: LineItemParams, index: number): LineItem {
	const param = `line_items[${index}]`;
	const { price_data: data } = item;
	if (item.price === undefined && !data) throw missingParam(`${param}[price]`);
	const price: Price = data
		? createPrice(account, {
				active: false,
				currency: data.currency,
				...(data.product !== undefined && { product: data.product }),
				...(data.recurring && { recurring: data.recurring }),
				...(data.unit_amount !== undefined && { unit_amount: data.unit_amount }),
			})
		: priceOf(account, item.price ?? '', `${param}[price]`);
	const quantity = item.quantity ?? 1;
	const amount = amountOf(price, quantity);
	return {
		id: account.newId('li'),
		object: 'item',
		adjustable_quantity: null,
		amount_discount: 0,
		amount_subtotal: amount,
		amount_tax: 0,
		amount_total: amount,
		currency: price.currency,
		description: account.products.get(price.product)?.name ?? null,
		metadata: mergeMetadata(null, item.metadata),
		price,
		quantity,
	};
}
