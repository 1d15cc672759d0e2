import type Stripe from 'stripe';
import { idOf } from './id-of.ts';

/**
 * What the next charge would use, in the order in which Stripe picks it; null where there is nothing. A payment method
 * that was expanded comes as the object. https://docs.stripe.com/billing/subscriptions/payment-methods-setting
 */
export function cardToCharge({
	customer,
	...subscription
}: Stripe.Subscription): string | Stripe.PaymentMethod | null {
	const own = subscription.default_payment_method ?? sourceOf(subscription);
	if (own || typeof customer === 'string' || customer.deleted) return own;
	return customer.invoice_settings.default_payment_method ?? sourceOf(customer);
}

/** Of former times, when what is charged was no payment method yet. */
function sourceOf({ default_source: source }: Pick<Stripe.Customer, 'default_source'>) {
	return source ? idOf(source) : null;
}

/**
 * A subscription with a card of its own is charged with that one, whichever card its owner makes the default in
 * the portal. So before they choose a new one, the own card becomes the customer's: until then the same card is
 * charged as before, from then on the new one. With several subscriptions the other ones would change too, so
 * theirs stay as they are. Gives the subscription whose card moved. https://docs.stripe.com/billing/revenue-recovery/smart-retries#payment-method-ordering
 */
export async function chargeCustomersCard(
	stripe: Stripe,
	customer: Stripe.Customer,
): Promise<Stripe.Subscription | null> {
	const { data } = await stripe.subscriptions.list({ customer: customer.id, limit: 2 });
	const [subscription, other] = data;
	if (!subscription?.default_payment_method || other) return null;
	const method = idOf(subscription.default_payment_method);
	const present = customer.invoice_settings.default_payment_method;
	if (!present || idOf(present) !== method) {
		await stripe.customers.update(customer.id, {
			invoice_settings: { default_payment_method: method },
		});
	}
	return await stripe.subscriptions.update(subscription.id, { default_payment_method: '' });
}
