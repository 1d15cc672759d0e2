import type Stripe from 'stripe';
import { rememberDiscount } from '../../lifecycle/discount.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { createOnce } from './create-once.ts';
import type { FoundOffer } from './discounts.ts';
import { idOf } from './id-of.ts';
import {
	accountIdOf,
	listHistory,
	retrieveFound,
	toFound,
	WITH_INVOICE,
	type ChangedFound,
	type Found,
} from './subscriptions.ts';

export interface NewSubscription {
	/** Null for what the ended one was for. */
	readonly priceId: string | null;
	readonly offer: FoundOffer | null;
}

/** A card may be declined so often on one day before the customer has to wait for the next. */
const DECLINES = 20;

/**
 * A new subscription after an ended one, without a trial. With a card it is paid at once or not made at all;
 * without one it waits for the payment of its first invoice, for 23 hours.
 * https://docs.stripe.com/billing/subscriptions/overview#payment-behavior
 */
export async function subscribeAgain(
	stripe: Stripe,
	ended: Found,
	history: readonly Found[],
	wanted: NewSubscription,
): Promise<ChangedFound> {
	const { customer } = ended;
	const { object, isNew } = await createOnce<Stripe.Subscription>({
		// The last one that was made: parallel runs see the same one, and after it ended there is another.
		key: idempotencyKey('subscribe_again', customer.id, lastMade(history).id),
		create: async (options) => await stripe.subscriptions.create(toParams(ended, wanted), options),
		find: async () => {
			const present = await listHistory(stripe, [customer]);
			return present.find(({ subscription }) => isLive(subscription))?.raw;
		},
		generations: DECLINES,
	});
	// A replayed answer shows the past; what counts is how the subscription stands now.
	const found = isNew ? toFound(object) : await retrieveFound(stripe, object.id);
	return { ...found, changed: isNew };
}

function toParams(ended: Found, { priceId, offer }: NewSubscription) {
	const { subscription, customer, raw } = ended;
	const card = raw.default_payment_method;
	const accountId = accountIdOf(ended);
	const hasCommonCard = customer.invoice_settings.default_payment_method !== null;
	return {
		customer: customer.id,
		items: priceId
			? [{ price: priceId, quantity: subscription.plans[0]?.quantity ?? 1 }]
			: subscription.plans.map((plan) => ({ price: plan.priceId, quantity: plan.quantity })),
		// A card that the customer gave since is newer than the one of the ended subscription.
		...(card && !hasCommonCard ? { default_payment_method: idOf(card) } : {}),
		payment_behavior: subscription.hasPaymentMethod ? 'error_if_incomplete' : 'default_incomplete',
		payment_settings: { save_default_payment_method: 'on_subscription' },
		...(offer ? { discounts: [offer.redemption] } : {}),
		metadata: {
			...(accountId ? { account_id: accountId } : {}),
			previous_subscription: subscription.id,
			...(offer ? rememberDiscount({}, offer.couponId) : {}),
		},
		expand: WITH_INVOICE,
	} satisfies Stripe.SubscriptionCreateParams;
}

function lastMade(history: readonly Found[]): Subscription {
	const [last] = history
		.map(({ subscription }) => subscription)
		.sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime());
	if (!last) throw new RangeError('There is no subscription to come back to');
	return last;
}

function isLive({ status }: Subscription): boolean {
	return status !== 'canceled' && status !== 'incomplete_expired';
}
