import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { failure, invalidRequest, missingResource } from '../api/failure.ts';
import { pageOf, pagination } from '../api/lists.ts';
import { id, missingParam, notEmulated, text, type Params } from '../api/params.ts';
import { attachPaymentMethod, detachPaymentMethod } from '../billing/attaching.ts';
import { cardByAlias, cardByNumber, type TestCard } from '../billing/test-cards.ts';
import { update } from '../events/changes.ts';
import { toAddress } from './addresses.ts';
import { customerOf } from './customers.ts';
import { mergeMetadata } from './metadata.ts';
import { allowRedisplay, createShape, updateShape } from './payment-method-params.ts';
import { createCard, paymentMethodOf, type PaymentMethod } from './payment-methods.ts';

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
