import type Stripe from 'stripe';
import { expand } from '../api/endpoint.ts';
import {
	array,
	clearable,
	either,
	flag,
	id,
	integer,
	metadata,
	notEmulated,
	object,
	oneOf,
	required,
	text,
	timestamp,
	type Field,
	type Shape,
} from '../api/params.ts';
import { priceDataShape } from './price-data.ts';

/** The parameters of subscription calls, shared by creation, change, Checkout and previews. */

const discountShape = object<Stripe.SubscriptionCreateParams.Discount>({
	coupon: id(),
	discount: id(),
	promotion_code: id(),
});

export const discounts = clearable(array(discountShape, { max: 20 }));

/** https://docs.stripe.com/billing/subscriptions/quantities */
const MAX_ITEMS = 20;

export const itemPriceData = object<Stripe.SubscriptionCreateParams.Item.PriceData>({
	...priceDataShape,
	product: required(id()),
	recurring: required(priceDataShape.recurring),
});

export const currentTrial = object<Stripe.SubscriptionCreateParams.Item.CurrentTrial>({
	trial_offer: required(id()),
});

const createItems = array(
	object<Stripe.SubscriptionCreateParams.Item>({
		billing_thresholds: notEmulated(),
		current_trial: currentTrial,
		discounts,
		metadata: metadata(),
		plan: id(),
		price: id(),
		price_data: itemPriceData,
		quantity: integer({ min: 0 }),
		tax_rates: notEmulated(),
	}),
	{ max: MAX_ITEMS },
);

export const updateItems = array(
	object<Stripe.SubscriptionUpdateParams.Item>({
		billing_thresholds: notEmulated(),
		clear_usage: flag(),
		current_trial: currentTrial,
		deleted: flag(),
		discounts,
		id: id(),
		metadata: clearable(metadata()),
		plan: id(),
		price: id(),
		price_data: itemPriceData,
		quantity: integer({ min: 0 }),
		tax_rates: notEmulated(),
	}),
	{ max: MAX_ITEMS },
);

export const addInvoiceItems = array(
	object<Stripe.SubscriptionCreateParams.AddInvoiceItem>({
		discountable: flag(),
		discounts: array(discountShape),
		metadata: metadata(),
		period: notEmulated(),
		price: id(),
		price_data: object<Stripe.SubscriptionCreateParams.AddInvoiceItem.PriceData>({
			currency: priceDataShape.currency,
			product: required(id()),
			tax_behavior: priceDataShape.tax_behavior,
			unit_amount: integer(),
			unit_amount_decimal: priceDataShape.unit_amount_decimal,
		}),
		quantity: integer({ min: 0 }),
		tax_rates: notEmulated(),
	}),
	{ max: 20 },
);

export const trialEnd: Field<'now' | number> = either(oneOf('now'), timestamp());

const trialSettings = object<Stripe.SubscriptionCreateParams.TrialSettings>({
	end_behavior: required(
		object<Stripe.SubscriptionCreateParams.TrialSettings.EndBehavior>({
			billing_cycle_anchor: oneOf('now', 'unchanged'),
			missing_payment_method: oneOf('cancel', 'create_invoice', 'pause'),
		}),
	),
});

const feedback = oneOf(
	'customer_service',
	'low_quality',
	'missing_features',
	'other',
	'switched_service',
	'too_complex',
	'too_expensive',
	'unused',
);

export const cancellationDetails = object<Stripe.SubscriptionUpdateParams.CancellationDetails>({
	comment: clearable(text()),
	feedback: clearable(feedback),
	feedback_option: id(),
});

const cancelAt = either(timestamp(), oneOf('max_billed_until', 'max_period_end', 'min_period_end'));
const collectionMethod = oneOf('charge_automatically', 'send_invoice');
export const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');

const paymentSettings = object<Stripe.SubscriptionCreateParams.PaymentSettings>({
	payment_method_options: notEmulated(),
	payment_method_types: clearable(array(oneOf('card', 'link'))),
	save_default_payment_method: oneOf('off', 'on_subscription'),
});

export const billingMode = object<Stripe.SubscriptionCreateParams.BillingMode>({
	flexible: notEmulated(),
	type: required(oneOf('classic', 'flexible')),
});

/** Parts of subscriptions that the stand-in leaves out. */
const outside = {
	application_fee_percent: notEmulated(),
	automatic_tax: notEmulated(),
	billing_schedules: notEmulated(),
	billing_thresholds: notEmulated(),
	default_source: notEmulated(),
	default_tax_rates: notEmulated(),
	invoice_settings: notEmulated(),
	on_behalf_of: notEmulated(),
	pending_invoice_item_interval: notEmulated(),
	transfer_data: notEmulated(),
};

export const createShape: Shape<Stripe.SubscriptionCreateParams> = {
	...outside,
	add_invoice_items: addInvoiceItems,
	backdate_start_date: notEmulated(),
	billing_cycle_anchor: timestamp(),
	billing_cycle_anchor_config: notEmulated(),
	billing_mode: billingMode,
	cancel_at: cancelAt,
	cancel_at_period_end: flag(),
	collection_method: collectionMethod,
	currency: text({ max: 3 }),
	customer: id(),
	customer_account: notEmulated(),
	days_until_due: integer({ min: 0 }),
	default_payment_method: id(),
	description: text({ max: 500 }),
	discounts,
	expand,
	items: createItems,
	metadata: clearable(metadata()),
	off_session: flag(),
	payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
	payment_settings: paymentSettings,
	proration_behavior: oneOf('create_prorations', 'none'),
	trial_end: trialEnd,
	trial_from_plan: flag(),
	trial_period_days: integer({ min: 0, max: 730 }),
	trial_settings: trialSettings,
};

export const updateShape: Shape<Stripe.SubscriptionUpdateParams> = {
	...outside,
	add_invoice_items: addInvoiceItems,
	billing_cycle_anchor: object<Stripe.SubscriptionUpdateParams.BillingCycleAnchor>({
		type: required(oneOf('now', 'unchanged')),
	}),
	cancel_at: clearable(cancelAt),
	cancel_at_period_end: flag(),
	cancellation_details: cancellationDetails,
	collection_method: collectionMethod,
	days_until_due: integer({ min: 0 }),
	default_payment_method: text({ empty: true }),
	description: clearable(text({ max: 500 })),
	discounts,
	expand,
	items: updateItems,
	metadata: clearable(metadata()),
	off_session: flag(),
	pause_collection: clearable(
		object<Stripe.SubscriptionUpdateParams.PauseCollection>({
			behavior: required(oneOf('keep_as_draft', 'mark_uncollectible', 'void')),
			resumes_at: timestamp(),
		}),
	),
	payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
	payment_settings: paymentSettings,
	proration_behavior: prorationBehavior,
	proration_date: timestamp(),
	trial_end: trialEnd,
	trial_from_plan: flag(),
	trial_settings: trialSettings,
};
