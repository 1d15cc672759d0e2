import type Stripe from 'stripe';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type PaymentIntent = Stored<Stripe.PaymentIntent>;
export type Charge = Stored<Stripe.Charge>;

export const paymentIntentPresentation: Presentation<PaymentIntent> = {
	object: 'payment_intent',
	expandable: {
		customer: (account) => account.customers,
		latest_charge: (account) => account.charges,
		payment_method: (account) => account.paymentMethods,
	},
};

export const chargePresentation: Presentation<Charge> = {
	object: 'charge',
	expandable: {
		customer: (account) => account.customers,
		payment_intent: (account) => account.paymentIntents,
	},
};
