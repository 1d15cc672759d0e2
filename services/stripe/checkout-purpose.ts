import type Stripe from 'stripe';
import { TRIAL_FINGERPRINT } from '../../lifecycle/eligibility.ts';
import type { MissingPaymentMethodBehavior } from '../../lifecycle/subscription.ts';
import { Failure } from '../failure.ts';
import {
	admitToSubscription,
	admitToTrial,
	type Admission,
	type TrialApplication,
} from './admission.ts';
import { ensureCustomer, type CustomerDetails, type EnsuredCustomer } from './customers.ts';
import type { FoundOffer } from './discounts.ts';
import { CARD_PAYS_FOR } from './page-card.ts';
import type { OrderedItem } from './start-trial.ts';
import { accountIdOf, type Found } from './subscriptions.ts';

type Content = Stripe.Checkout.SessionCreateParams;

/** What a payment page is for, and for whom. */
export interface CheckoutPurpose {
	readonly customer: Stripe.Customer;
	readonly accountId: string | null;
	/** What was found, or made sure of, before there is a page. */
	readonly basis: Found | EnsuredCustomer;
	/** The one that waits for a card; null where one is to be begun. */
	readonly subscriptionId: string | null;
	readonly content: Content;
}

/**
 * To leave a card for what is running. Stripe only keeps it; `chargePageCard` lets it be charged.
 * https://docs.stripe.com/payments/checkout/subscriptions/update-payment-details
 */
export function toLeaveCard(found: Found): CheckoutPurpose {
	const { subscription, customer, raw } = found;
	const accountId = accountIdOf(found);
	const metadata = {
		subscription_id: subscription.id,
		...(accountId ? { account_id: accountId } : {}),
	};
	return {
		customer,
		accountId,
		basis: found,
		subscriptionId: subscription.id,
		content: {
			mode: 'setup',
			currency: raw.currency,
			setup_intent_data: { metadata: { ...metadata, [CARD_PAYS_FOR]: subscription.id } },
			metadata,
		},
	};
}

export interface SubscriptionPageOrder extends TrialApplication {
	readonly details: CustomerDetails;
	readonly items: readonly OrderedItem[];
	/** Null for a subscription that is paid from the start. */
	readonly trialDays: number | null;
	readonly withoutPaymentMethod: MissingPaymentMethodBehavior;
	/** Of the operator's own sign for which one trial is given: the trial that begins on the page is known by it. */
	readonly fingerprintHash: string | null;
	readonly cardCollection: 'always' | 'if_required';
	readonly offer: FoundOffer | null;
	readonly allowsPromotionCodes: boolean;
	readonly hasAutomaticTax: boolean;
}

/** To begin a trial or a subscription, under the same rules as without a page: one trial, one live subscription. */
export async function toSubscribe(
	stripe: Stripe,
	order: SubscriptionPageOrder,
	now: Date,
): Promise<CheckoutPurpose> {
	const admission =
		order.trialDays === null
			? await admitToSubscription(stripe, order.person)
			: await admitToTrial(stripe, order, now);
	refuseRunning(admission);
	const basis = await ensureCustomer(stripe, order.person, order.details, admission.customer);
	const { customer, accountId } = basis;
	const content = toContent(order, accountId);
	return { customer, accountId, basis, subscriptionId: null, content };
}

function refuseRunning({ running }: Admission): void {
	if (!running) return;
	throw new Failure(`The trial ${running.subscription.id} is running already`, {
		code: 'trialing',
		hint: 'Choose the purpose "Add a Card" to ask for a card for this trial.',
	});
}

/** https://docs.stripe.com/payments/checkout/free-trials */
function toContent(order: SubscriptionPageOrder, accountId: string): Content {
	const { trialDays, offer, fingerprintHash } = order;
	const metadata = { account_id: accountId };
	return {
		mode: 'subscription',
		line_items: order.items.map(({ priceId, quantity }) => ({ price: priceId, quantity })),
		payment_method_collection: order.cardCollection,
		// Stripe takes either a discount or a field for codes.
		...(offer ? { discounts: [offer.redemption] } : {}),
		...(order.allowsPromotionCodes && !offer ? { allow_promotion_codes: true } : {}),
		...(order.hasAutomaticTax
			? { automatic_tax: { enabled: true }, customer_update: { address: 'auto' } }
			: {}),
		subscription_data: {
			metadata: { ...metadata, ...(fingerprintHash && { [TRIAL_FINGERPRINT]: fingerprintHash }) },
			...(trialDays === null
				? {}
				: {
						trial_period_days: trialDays,
						trial_settings: {
							end_behavior: { missing_payment_method: order.withoutPaymentMethod },
						},
					}),
		},
		metadata,
	};
}
