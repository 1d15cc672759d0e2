import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { invalidParameter, invalidRequest } from '../api/failure.ts';
import { missingParam, type Params } from '../api/params.ts';
import type { CheckoutSession, LineItem, SessionParams } from '../resources/checkout-sessions.ts';
import { createCustomer, customerOf, type Customer } from '../resources/customers.ts';
import { mergeMetadata } from '../resources/metadata.ts';
import type { PaymentMethod } from '../resources/payment-methods.ts';
import { createPrice, amountOf, priceOf, type Price } from '../resources/prices.ts';
import { confirmSetupIntent, createSetupIntent } from '../resources/setup-intents.ts';
import { DAY, HOUR, MINUTE, without, type Seconds } from '../state/stored.ts';
import { putOnFile } from './attaching.ts';
import { throwUnlessPaid } from './collection.ts';
import { foreseen } from './payments.ts';
import { startSubscription } from './starting.ts';

/** https://docs.stripe.com/api/checkout/sessions/create */
const LONGEST = DAY;
const SHORTEST = 30 * MINUTE;
/** A trial end given to Checkout must be at least this far away. */
const TRIAL_LEAD = 48 * HOUR;
const RECOVERABLE_FOR = 30 * DAY;

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

/** What the person has filled in. The card may be missing only where none is asked for. */
export interface Completion {
	readonly email?: string;
	readonly name?: string;
	readonly card: PaymentMethod | null;
	readonly promotionCode?: string;
}

/** Whether the page asks for a card: always by default, with `if_required` only when something is due today. */
export function needsCard(session: CheckoutSession): boolean {
	if (session.payment_method_collection !== 'if_required') return true;
	return (session.amount_total ?? 0) > 0;
}

/** The person is done. A card that is refused leaves the session open and says why. */
export function completeSession(
	account: Account,
	session: CheckoutSession,
	completion: Completion,
): CheckoutSession {
	if (session.status !== 'open') {
		throw invalidRequest(`This Checkout Session is not open any more, it is ${session.status}.`);
	}
	const { card } = completion;
	if (!card && needsCard(session)) throw missingParam('card');
	if (card) checkCard(session, card);
	const customer = customerFor(account, session, completion);
	const done =
		session.mode === 'setup'
			? saveCard(account, session, customer, completion)
			: subscribe(account, session, customer, completion);
	const completed = account.checkoutSessions.put({
		...session,
		...done,
		customer: customer.id,
		customer_details: {
			address: customer.address ?? null,
			business_name: null,
			email: customer.email,
			individual_name: null,
			name: customer.name ?? null,
			phone: null,
			tax_exempt: customer.tax_exempt ?? 'none',
			tax_ids: [],
		},
		status: 'complete',
		url: null,
	});
	account.emit('checkout.session.completed', completed);
	return completed;
}

/** A card that will not do is refused before anything has been made. */
function checkCard(session: CheckoutSession, card: PaymentMethod) {
	const isCharged = (session.amount_total ?? 0) > 0;
	if (isCharged || card.hidden.refusedOnAttach) throwUnlessPaid(foreseen(card, true));
}

function customerFor(account: Account, session: CheckoutSession, completion: Completion): Customer {
	if (session.customer !== null) return customerOf(account, session.customer);
	const email = session.customer_email ?? completion.email;
	return createCustomer(account, {
		...(email !== undefined && { email }),
		...(completion.name !== undefined && { name: completion.name }),
	});
}

/** The card is on file afterwards, but nobody's default: that is the integration's to say. */
function saveCard(
	account: Account,
	session: CheckoutSession,
	customer: Customer,
	{ card }: Completion,
): Partial<CheckoutSession> {
	const intent = account.setupIntents.get(session.setup_intent ?? '');
	if (!intent) throw new Error(`Checkout session ${session.id} has no setup intent`);
	confirmSetupIntent(account, { ...intent, customer: customer.id }, card?.id ?? null);
	return {};
}

function subscribe(
	account: Account,
	session: CheckoutSession,
	customer: Customer,
	{ card, promotionCode }: Completion,
): Partial<CheckoutSession> {
	const { params, lineItems } = session.hidden;
	const data = params.subscription_data;
	const recurring = lineItems.filter(({ price }) => price?.recurring);
	const once = lineItems.filter(({ price }) => !price?.recurring);
	if (recurring.length === 0) {
		throw invalidRequest(
			'You must provide at least one recurring price in `subscription` mode when using prices.',
			{ param: 'line_items' },
		);
	}
	const method = card && (card.customer === null ? putOnFile(account, card, customer) : card);
	const item = (one: LineItem) => ({ price: one.price?.id ?? '', quantity: one.quantity ?? 1 });
	const codes = promotionCode === undefined ? [] : [{ promotion_code: promotionCode }];
	const subscription = startSubscription(
		account,
		{
			customer: customer.id,
			items: recurring.map(item),
			add_invoice_items: once.map(item),
			discounts: [...(params.discounts ?? []), ...codes],
			// A refused card must leave nothing behind: the person tries another one.
			payment_behavior: 'error_if_incomplete',
			payment_settings: { save_default_payment_method: 'on_subscription' },
			...(method && { default_payment_method: method.id }),
			...(data?.billing_cycle_anchor !== undefined && {
				billing_cycle_anchor: data.billing_cycle_anchor,
			}),
			...(data?.billing_mode && { billing_mode: data.billing_mode }),
			...(data?.description !== undefined && { description: data.description }),
			...(data?.metadata && { metadata: data.metadata }),
			...(data?.proration_behavior && { proration_behavior: data.proration_behavior }),
			...(data?.trial_end !== undefined && { trial_end: data.trial_end }),
			...(data?.trial_period_days !== undefined && { trial_period_days: data.trial_period_days }),
			...(data?.trial_settings && { trial_settings: data.trial_settings }),
		},
		{ checkoutSession: session.id },
	);
	const invoice = account.invoices.get(subscription.latest_invoice ?? '');
	const paid = (invoice?.amount_paid ?? 0) > 0;
	return {
		invoice: invoice?.id ?? null,
		subscription: subscription.id,
		payment_status: paid ? 'paid' : 'no_payment_required',
	};
}

export function sessionDueAt(session: CheckoutSession): Seconds | null {
	return session.status === 'open' ? session.expires_at : null;
}

/** Nobody came, or the session was called off; with recovery a link leads to a copy. */
export function expireSession(account: Account, session: CheckoutSession): CheckoutSession {
	if (session.status !== 'open') {
		throw invalidRequest('Only Checkout Sessions with a status in ["open"] can be expired.');
	}
	const recovery = session.after_expiration?.recovery;
	const now = account.now(account.clockOf(session));
	const expired = account.checkoutSessions.put({
		...session,
		...(recovery?.enabled && {
			after_expiration: {
				recovery: {
					...recovery,
					expires_at: now + RECOVERABLE_FOR,
					url: `${account.publicUrl()}/c/recover/${session.id}`,
				},
			},
		}),
		status: 'expired',
		url: null,
	});
	account.emit('checkout.session.expired', expired);
	return expired;
}

/** The recovery link opens a new session like the old one. */
export function recoverSession(account: Account, session: CheckoutSession): CheckoutSession {
	const recovery = session.after_expiration?.recovery;
	const now = account.now(account.clockOf(session));
	if (!recovery?.url || (recovery.expires_at ?? 0) <= now) {
		throw invalidRequest('This Checkout Session cannot be recovered.');
	}
	const { params } = session.hidden;
	return createSession(
		account,
		{
			// The old end of the session is not the new one's.
			...without(params, 'expires_at'),
			allow_promotion_codes: recovery.allow_promotion_codes,
		},
		session.id,
	);
}
