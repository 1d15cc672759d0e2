import type Stripe from 'stripe';
import { expand } from '../api/endpoint.ts';
import {
	clearable,
	integer,
	leftOut,
	metadata,
	notEmulated,
	object,
	oneOf,
	text,
	type Shape,
} from '../api/params.ts';
import { address } from './addresses.ts';

/** The parameters of payment methods: cards only. */

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

export const allowRedisplay = oneOf('always', 'limited', 'unspecified');

export const createShape: Shape<Stripe.PaymentMethodCreateParams> = {
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

export const updateShape: Shape<Stripe.PaymentMethodUpdateParams> = {
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
