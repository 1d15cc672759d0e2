import type { Subscription } from './subscription.ts';

/** What is taken off for whom, as coupons and promotion codes have it. */
export interface Offer {
	readonly couponId: string;
	/** False once it is spent, expired or switched off. */
	readonly isValid: boolean;
	/** The currencies it takes an amount off in, lower case; null when it takes off a share. */
	readonly currencies: readonly string[] | null;
	/** The products it is for, null for all. */
	readonly productIds: readonly string[] | null;
	/** The customer it was made for, null for everybody. */
	readonly customerId: string | null;
}

export type DiscountVerdict =
	| { readonly kind: 'apply' }
	| { readonly kind: 'applied' }
	| { readonly kind: 'refused'; readonly reason: DiscountRefusal };

export type DiscountRefusal =
	| 'subscription_over'
	| 'not_valid'
	| 'other_customer'
	| 'other_currency'
	| 'other_products'
	/** This customer had it before, on this subscription or an earlier one. */
	| 'had_it_before';

/** What is known about the subscription beyond itself. */
export interface DiscountFacts {
	/** The coupons that take something off now. */
	readonly appliedCouponIds: readonly string[];
	/** All subscriptions of the customer; empty where it does not matter who had what. */
	readonly history: readonly Subscription[];
}

/** A metadata key holds 40 characters, an id of a coupon more: https://docs.stripe.com/metadata */
const GIVEN = 'discounts_given';
const LONGEST_METADATA = 500;

/**
 * Whether an offer may be applied to a subscription. What is applied already is no second discount. Facts with a
 * history make it an offer for once per customer.
 */
export function judgeDiscount(
	offer: Offer,
	subscription: Subscription,
	{ appliedCouponIds, history }: DiscountFacts,
): DiscountVerdict {
	if (appliedCouponIds.includes(offer.couponId)) return { kind: 'applied' };
	const { status, customerId, plans } = subscription;
	if (status === 'canceled' || status === 'incomplete_expired') return refused('subscription_over');
	if (history.some(({ metadata }) => discountsGiven(metadata).includes(offer.couponId))) {
		return refused('had_it_before');
	}
	if (!offer.isValid) return refused('not_valid');
	if (offer.customerId !== null && offer.customerId !== customerId)
		return refused('other_customer');
	const { currencies, productIds } = offer;
	if (currencies && !plans.some(({ currency }) => currencies.includes(currency))) {
		return refused('other_currency');
	}
	if (productIds && !plans.some(({ productId }) => productIds.includes(productId))) {
		return refused('other_products');
	}
	return { kind: 'apply' };
}

/** What a subscription remembers when an offer is applied to it, so that it can be given once. */
export function rememberDiscount(
	metadata: Subscription['metadata'],
	couponId: string,
): Readonly<Record<string, string>> {
	const given = [...discountsGiven(metadata).filter((id) => id !== couponId), couponId];
	while (given.join(',').length > LONGEST_METADATA) given.shift();
	return { [GIVEN]: given.join(',') };
}

export function discountsGiven(metadata: Subscription['metadata']): readonly string[] {
	return metadata[GIVEN]?.split(',').filter((id) => id !== '') ?? [];
}

function refused(reason: DiscountRefusal): DiscountVerdict {
	return { kind: 'refused', reason };
}
