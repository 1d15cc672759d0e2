import type Stripe from 'stripe';
import {
	array,
	clearable,
	flag,
	id,
	leftOut,
	missingParam,
	object,
	oneOf,
	required,
	type Field,
	type Params,
} from '../api/params.ts';

/** What a customer may answer to "Why do you leave?". */
export const CANCELLATION_REASONS = [
	'too_expensive',
	'missing_features',
	'switched_service',
	'unused',
	'customer_service',
	'too_complex',
	'low_quality',
	'other',
] as const;

const proration = oneOf('always_invoice', 'create_prorations', 'none');

export const features = object<Stripe.BillingPortal.ConfigurationUpdateParams.Features>({
	customer_update: object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.CustomerUpdate>({
		allowed_updates: clearable(
			array(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id')),
		),
		enabled: flag(),
	}),
	invoice_history: object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.InvoiceHistory>({
		enabled: required(flag()),
	}),
	payment_method_update:
		object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.PaymentMethodUpdate>({
			enabled: required(flag()),
			...leftOut('payment_method_configuration'),
		}),
	subscription_cancel:
		object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionCancel>({
			cancellation_reason:
				object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionCancel.CancellationReason>(
					{
						enabled: required(flag()),
						...leftOut('feedback_options'),
						options: clearable(array(oneOf(...CANCELLATION_REASONS))),
					},
				),
			enabled: flag(),
			mode: oneOf('at_period_end', 'immediately'),
			proration_behavior: proration,
		}),
	subscription_pause:
		object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionPause>({
			...leftOut('duration'),
			enabled: flag(),
		}),
	subscription_update:
		object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionUpdate>({
			billing_cycle_anchor: oneOf('now', 'unchanged'),
			default_allowed_updates: clearable(array(oneOf('price', 'promotion_code', 'quantity'))),
			enabled: flag(),
			products: clearable(
				array(
					object<Stripe.BillingPortal.ConfigurationUpdateParams.Features.SubscriptionUpdate.Product>(
						{
							...leftOut('adjustable_quantity'),
							prices: required(array(id())),
							product: required(id()),
						},
					),
				),
			),
			proration_behavior: proration,
			...leftOut('schedule_at_period_end'),
			trial_update_behavior: oneOf('continue_trial', 'end_trial'),
		}),
});

type NewFeatures = Params<Stripe.BillingPortal.ConfigurationCreateParams>['features'];

/** On creation every feature that is named must say whether it is on. */
export function newFeatures(): Field<NewFeatures> {
	return {
		read(raw, name) {
			const read = features.read(raw, name) as NewFeatures;
			for (const [feature, value] of Object.entries(read)) {
				if (value?.enabled === undefined) throw missingParam(`${name}[${feature}][enabled]`);
			}
			return read;
		},
	};
}
