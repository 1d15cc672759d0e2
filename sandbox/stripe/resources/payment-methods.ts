import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { failure, invalidRequest, missingResource } from '../api/failure.ts';
import { pageOf, pagination } from '../api/lists.ts';
import {
	clearable,
	id,
	integer,
	leftOut,
	metadata,
	missingParam,
	notEmulated,
	object,
	oneOf,
	text,
	type Params,
	type Shape,
} from '../api/params.ts';
import type { Presentation, Rendered } from '../api/presenter.ts';
import {
	cardByAlias,
	cardByNumber,
	type ChargeOutcome,
	type TestCard,
} from '../billing/test-cards.ts';
import { update } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { address, toAddress } from './addresses.ts';
import { customerOf, type Customer } from './customers.ts';
import { mergeMetadata } from './metadata.ts';

export type PaymentMethod = Stored<Stripe.PaymentMethod> & {
	readonly hidden: {
		readonly number: string;
		readonly outcome: ChargeOutcome;
		readonly refusedOnAttach: boolean;
	};
};

export const paymentMethodPresentation: Presentation<PaymentMethod> = {
	object: 'payment_method',
	render: ({ hidden: _, ...method }): Rendered => method,
	expandable: { customer: (account) => account.customers },
};

/**
 * A payment method by id; the names of Stripe's test cards stand for a fresh card each time.
 * https://docs.stripe.com/testing#cards
 */
export function paymentMethodOf(account: Account, methodId: string, param = 'id'): PaymentMethod {
	const method = account.paymentMethods.get(methodId);
	if (method) return method;
	const card = account.livemode ? undefined : cardByAlias(methodId);
	if (!card) throw missingResource('PaymentMethod', methodId, param);
	return account.paymentMethods.put(createCard(account, card));
}

/**
 * The id of a method that a customer has, for use as a default. The name of a test card stands for the one of
 * its kind that the customer has. Null clears.
 */
export function ownMethodId(
	account: Account,
	customerId: string,
	methodId: string | undefined,
	param: string,
): string | null {
	if (!methodId) return null;
	const method = account.paymentMethods.get(methodId);
	if (method?.customer === customerId) return methodId;
	const number = cardByAlias(methodId)?.number;
	const own = account.paymentMethods
		.where('customer', customerId)
		.find(({ hidden }) => hidden.number === number);
	if (own) return own.id;
	const hint = method && 'it is not attached to this customer, attach it first.';
	throw missingResource('PaymentMethod', methodId, param, hint);
}

/** A card that belongs to nobody yet. The fingerprint is the number's: one card, one fingerprint. */
export function createCard(
	account: Account,
	card: TestCard,
	more: Partial<PaymentMethod> = {},
	expiry = { month: 12, year: new Date(account.now(null) * 1000).getUTCFullYear() + 3 },
): PaymentMethod {
	return {
		id: account.newId('pm'),
		object: 'payment_method',
		allow_redisplay: 'unspecified',
		billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
		card: {
			brand: card.brand,
			checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
			country: 'US',
			display_brand: card.brand,
			exp_month: expiry.month,
			exp_year: expiry.year,
			fingerprint: fingerprintOf(card.number),
			funding: card.funding,
			generated_from: null,
			last4: card.number.slice(-4),
			networks: { available: [card.brand], preferred: null },
			regulated_status: 'unregulated',
			three_d_secure_usage: { supported: true },
			wallet: null,
		},
		created: account.now(null),
		customer: null,
		customer_account: null,
		livemode: account.livemode,
		metadata: {},
		type: 'card',
		...more,
		hidden: { number: card.number, outcome: card.outcome, refusedOnAttach: card.refusedOnAttach },
	};
}

function fingerprintOf(number: string): string {
	const scrambled = BigInt(number) * 2_654_435_761n;
	return scrambled.toString(36).padStart(16, '0').slice(-16);
}

/** Ties a payment method to a customer for good: afterwards it can only be detached, never reused. */
export function attachPaymentMethod(
	account: Account,
	methodId: string,
	customer: Customer,
	param = 'id',
): PaymentMethod {
	const method = paymentMethodOf(account, methodId, param);
	if (method.customer === customer.id) return method;
	if (method.customer !== null) {
		throw invalidRequest(
			'The payment method you provided has already been attached to a customer.',
			{ param: 'payment_method' },
		);
	}
	const { outcome, refusedOnAttach } = method.hidden;
	if (refusedOnAttach && outcome.kind === 'declines') {
		throw failure(402, {
			type: 'card_error',
			code: outcome.code,
			decline_code: outcome.declineCode,
			message: outcome.message,
		});
	}
	return putOnFile(account, method, customer);
}

/** Attaches without asking the issuer: what hosted pages and the control API do after their own check. */
export function putOnFile(
	account: Account,
	method: PaymentMethod,
	customer: Customer,
): PaymentMethod {
	const attached = account.paymentMethods.put({ ...method, customer: customer.id });
	account.emit('payment_method.attached', attached);
	return attached;
}

const billingDetails = object<Stripe.PaymentMethodCreateParams.BillingDetails>({
	address: clearable(address()),
	email: clearable(text()),
	name: clearable(text()),
	phone: clearable(text()),
	tax_id: text(),
});

const cardShape = object<Stripe.PaymentMethodCreateParams.Card>({
	cvc: text(),
	exp_month: integer({ min: 1, max: 12 }),
	exp_year: integer({ min: 1970, max: 2100 }),
	networks: notEmulated(),
	number: text(),
	token: text(),
});

function cardOf(account: Account, param: Params<Stripe.PaymentMethodCreateParams.Card>): TestCard {
	const card =
		param.token === undefined ? cardByNumber(param.number ?? '') : cardByAlias(param.token);
	if (card) return card;
	throw failure(402, {
		type: 'card_error',
		code: 'incorrect_number',
		message: account.livemode
			? 'Your card number is incorrect.'
			: 'Your card number is incorrect: the stand-in knows the test cards of Stripe only.',
		param: 'card[number]',
	});
}

/** Kinds of payment methods other than cards. */
const otherKinds = leftOut(
	'acss_debit',
	'affirm',
	'afterpay_clearpay',
	'alipay',
	'alma',
	'amazon_pay',
	'au_becs_debit',
	'bacs_debit',
	'bancontact',
	'billie',
	'bizum',
	'blik',
	'boleto',
	'cashapp',
	'crypto',
	'custom',
	'customer_balance',
	'eps',
	'fpx',
	'giropay',
	'grabpay',
	'ideal',
	'interac_present',
	'kakao_pay',
	'klarna',
	'konbini',
	'kr_card',
	'link',
	'mb_way',
	'mobilepay',
	'multibanco',
	'naver_pay',
	'nz_bank_account',
	'oxxo',
	'p24',
	'pay_by_bank',
	'payco',
	'paynow',
	'paypal',
	'paypay',
	'payto',
	'pix',
	'promptpay',
	'radar_options',
	'revolut_pay',
	'samsung_pay',
	'satispay',
	'scalapay',
	'sepa_debit',
	'sequra',
	'sofort',
	'sunbit',
	'swish',
	'twint',
	'upi',
	'us_bank_account',
	'wechat_pay',
	'zip',
);

const allowRedisplay = oneOf('always', 'limited', 'unspecified');

const createShape: Shape<Stripe.PaymentMethodCreateParams> = {
	...otherKinds,
	allow_redisplay: allowRedisplay,
	billing_details: billingDetails,
	card: cardShape,
	customer: notEmulated(),
	expand,
	metadata: metadata(),
	payment_method: notEmulated(),
	type: oneOf('card'),
};

const updateShape: Shape<Stripe.PaymentMethodUpdateParams> = {
	allow_redisplay: allowRedisplay,
	billing_details: billingDetails,
	card: object<Stripe.PaymentMethodUpdateParams.Card>({
		exp_month: integer({ min: 1, max: 12 }),
		exp_year: integer({ min: 1970, max: 2100 }),
		networks: notEmulated(),
	}),
	expand,
	metadata: clearable(metadata()),
	us_bank_account: notEmulated(),
};

function withDetails(
	method: PaymentMethod,
	details: Params<Stripe.PaymentMethodCreateParams>['billing_details'],
): PaymentMethod['billing_details'] {
	const { address: where, ...texts } = details ?? {};
	return {
		...method.billing_details,
		...texts,
		...(where !== undefined && { address: where && toAddress(where) }),
	};
}

export const paymentMethodEndpoints = [
	endpoint<Stripe.PaymentMethodCreateParams>(
		'POST',
		'/v1/payment_methods',
		'payment_method',
		createShape,
		({ account, params }) => {
			if (!params.type) throw missingParam('type');
			if (!params.card) throw missingParam('card');
			const { exp_month: month = 12, exp_year: year = 2034 } = params.card;
			const card = createCard(account, cardOf(account, params.card), {}, { month, year });
			return account.render(
				account.paymentMethods.put({
					...card,
					...(params.allow_redisplay && { allow_redisplay: params.allow_redisplay }),
					billing_details: withDetails(card, params.billing_details),
					metadata: mergeMetadata(null, params.metadata),
				}),
			);
		},
	),

	endpoint<Stripe.PaymentMethodListParams>(
		'GET',
		'/v1/payment_methods',
		'payment_method',
		{
			...pagination,
			allow_redisplay: allowRedisplay,
			customer: id(),
			customer_account: notEmulated(),
			expand,
			type: text(),
		},
		({ account, params, url }) => {
			if (params.customer === undefined) throw missingParam('customer');
			return pageOf(
				account.paymentMethods.where('customer', params.customer),
				params,
				url,
				account,
				(method) => params.type === undefined || method.type === params.type,
			);
		},
	),

	endpoint<Stripe.CustomerListPaymentMethodsParams>(
		'GET',
		'/v1/customers/:id/payment_methods',
		'payment_method',
		{ ...pagination, allow_redisplay: allowRedisplay, expand, type: text() },
		({ account, params, path, url }) =>
			pageOf(
				account.paymentMethods.where('customer', customerOf(account, path['id'] ?? '').id),
				params,
				url,
				account,
				(method) => params.type === undefined || method.type === params.type,
			),
	),

	endpoint<Stripe.CustomerRetrievePaymentMethodParams>(
		'GET',
		'/v1/customers/:id/payment_methods/:method',
		'payment_method',
		{ expand },
		({ account, path }) => {
			const customer = customerOf(account, path['id'] ?? '');
			const method = account.paymentMethods.get(path['method'] ?? '');
			if (method?.customer === customer.id) return account.render(method);
			throw missingResource('PaymentMethod', path['method'] ?? '');
		},
	),

	endpoint<Stripe.PaymentMethodRetrieveParams>(
		'GET',
		'/v1/payment_methods/:id',
		'payment_method',
		{ expand },
		({ account, path }) => account.render(paymentMethodOf(account, path['id'] ?? '')),
	),

	endpoint<Stripe.PaymentMethodUpdateParams>(
		'POST',
		'/v1/payment_methods/:id',
		'payment_method',
		updateShape,
		({ account, params, path }) => {
			const method = paymentMethodOf(account, path['id'] ?? '');
			const { card } = method;
			const changed: PaymentMethod = {
				...method,
				...(params.allow_redisplay && { allow_redisplay: params.allow_redisplay }),
				billing_details: withDetails(method, params.billing_details),
				...(card && {
					card: {
						...card,
						exp_month: params.card?.exp_month ?? card.exp_month,
						exp_year: params.card?.exp_year ?? card.exp_year,
					},
				}),
				metadata: mergeMetadata(method.metadata, params.metadata),
			};
			return account.render(
				update(account, account.paymentMethods, changed, 'payment_method.updated'),
			);
		},
	),

	endpoint<Stripe.PaymentMethodAttachParams>(
		'POST',
		'/v1/payment_methods/:id/attach',
		'payment_method',
		{ customer: id(), customer_account: notEmulated(), expand },
		({ account, params, path }) => {
			if (params.customer === undefined) throw missingParam('customer');
			const customer = customerOf(account, params.customer, 'customer');
			return account.render(attachPaymentMethod(account, path['id'] ?? '', customer));
		},
	),

	endpoint<Stripe.PaymentMethodDetachParams>(
		'POST',
		'/v1/payment_methods/:id/detach',
		'payment_method',
		{ expand },
		({ account, path }) => {
			const method = paymentMethodOf(account, path['id'] ?? '');
			if (method.customer === null) {
				throw invalidRequest(
					'The payment method you provided is not attached to a customer so detachment is impossible.',
					{ param: 'payment_method' },
				);
			}
			return account.render(detachPaymentMethod(account, method));
		},
	),
];

/** Takes it off the customer and off everything that pays with it. */
function detachPaymentMethod(account: Account, method: PaymentMethod): PaymentMethod {
	const customer = account.customers.get(method.customer ?? '');
	if (customer?.invoice_settings.default_payment_method === method.id) {
		const invoice_settings = { ...customer.invoice_settings, default_payment_method: null };
		update(account, account.customers, { ...customer, invoice_settings }, 'customer.updated');
	}
	for (const subscription of account.subscriptions.where('customer', method.customer ?? '')) {
		if (subscription.default_payment_method !== method.id) continue;
		const without = { ...subscription, default_payment_method: null };
		update(account, account.subscriptions, without, 'customer.subscription.updated');
	}
	return update(
		account,
		account.paymentMethods,
		{ ...method, customer: null },
		'payment_method.detached',
	);
}
