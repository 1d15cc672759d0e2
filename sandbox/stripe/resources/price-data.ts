import type Stripe from 'stripe';
import { decimal, integer, object, oneOf, required, text } from '../api/params.ts';

export const interval = oneOf('day', 'month', 'week', 'year');

/** The part of a price that other calls let one write inline (`price_data`). */
export const priceDataShape = {
	currency: required(text({ max: 3 })),
	recurring: object<Stripe.SubscriptionCreateParams.Item.PriceData.Recurring>({
		interval: required(interval),
		interval_count: integer({ min: 1, max: 1095 }),
	}),
	tax_behavior: oneOf('exclusive', 'inclusive', 'unspecified'),
	unit_amount: integer({ min: 0 }),
	unit_amount_decimal: decimal(),
};
