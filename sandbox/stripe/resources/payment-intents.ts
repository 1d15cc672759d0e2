import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import { id, leftOut } from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

/** What collects invoices. Only invoices make them here: they are for reading. */
export type PaymentIntent = Stored<Stripe.PaymentIntent>;
export type Charge = Stored<Stripe.Charge>;

export const paymentIntentPresentation: Presentation<PaymentIntent> = {
	object: 'payment_intent',
	expandable: {
		customer: (account) => account.customersEver,
		latest_charge: (account) => account.charges,
		payment_method: (account) => account.paymentMethods,
	},
};

export const chargePresentation: Presentation<Charge> = {
	object: 'charge',
	expandable: {
		customer: (account) => account.customersEver,
		payment_intent: (account) => account.paymentIntents,
	},
};

function paymentIntentOf(account: Account, intentId: string): PaymentIntent {
	const intent = account.paymentIntents.get(intentId);
	if (!intent) throw missingResource('payment_intent', intentId);
	return intent;
}

function chargeOf(account: Account, chargeId: string): Charge {
	const charge = account.charges.get(chargeId);
	if (!charge) throw missingResource('charge', chargeId);
	return charge;
}

export const paymentIntentEndpoints = [
	endpoint<Stripe.PaymentIntentListParams>(
		'GET',
		'/v1/payment_intents',
		'payment_intent',
		{ ...pagination, created: range(), customer: id(), ...leftOut('customer_account'), expand },
		({ account, params, url }) =>
			pageOf(
				params.customer === undefined
					? account.paymentIntents.newestFirst()
					: account.paymentIntents.where('customer', params.customer),
				params,
				url,
				account,
				(intent) => isInRange(intent.created, params.created),
			),
	),

	endpoint<Stripe.PaymentIntentRetrieveParams>(
		'GET',
		'/v1/payment_intents/:id',
		'payment_intent',
		{ client_secret: id(), expand },
		({ account, path }) => paymentIntentOf(account, path['id'] ?? ''),
	),

	endpoint<Stripe.ChargeListParams>(
		'GET',
		'/v1/charges',
		'charge',
		{
			...pagination,
			created: range(),
			customer: id(),
			expand,
			payment_intent: id(),
			...leftOut('transfer_group'),
		},
		({ account, params, url }) =>
			pageOf(
				params.payment_intent !== undefined
					? account.charges.where('payment_intent', params.payment_intent)
					: params.customer !== undefined
						? account.charges.where('customer', params.customer)
						: account.charges.newestFirst(),
				params,
				url,
				account,
				(charge) =>
					(params.customer === undefined || charge.customer === params.customer) &&
					isInRange(charge.created, params.created),
			),
	),

	endpoint<Stripe.ChargeRetrieveParams>(
		'GET',
		'/v1/charges/:id',
		'charge',
		{ expand },
		({ account, path }) => chargeOf(account, path['id'] ?? ''),
	),
];
