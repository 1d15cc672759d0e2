import type Stripe from 'stripe';
import type { Offer } from '../../lifecycle/discount.ts';
import { Failure } from '../failure.ts';
import { idOf } from './id-of.ts';

/** How Stripe is told to take something off. https://docs.stripe.com/api/subscriptions/create#create_subscription-discounts */
export type Redemption = { readonly coupon: string } | { readonly promotion_code: string };

export interface FoundOffer extends Offer {
	readonly redemption: Redemption;
}

/** What a coupon or a promotion code gives; null when neither is given. */
export async function findOffer(
	stripe: Stripe,
	couponId: string,
	promotionCode: string,
): Promise<FoundOffer | null> {
	if (couponId !== '' && promotionCode !== '') {
		throw new Failure('Give a coupon or a promotion code, not both', {
			hint: 'A promotion code stands for a coupon: it alone is enough.',
		});
	}
	if (promotionCode !== '') return await offerOfPromotionCode(stripe, promotionCode);
	return couponId === '' ? null : await offerOfCoupon(stripe, couponId);
}

export async function offerOfCoupon(stripe: Stripe, couponId: string): Promise<FoundOffer> {
	const coupon = await stripe.coupons.retrieve(couponId, { expand: ['applies_to'] });
	return {
		couponId: coupon.id,
		isValid: coupon.valid,
		currencies: coupon.amount_off === null ? null : [coupon.currency ?? ''],
		productIds: coupon.applies_to?.products ?? null,
		customerId: null,
		redemption: { coupon: coupon.id },
	};
}

/** The same with all the currencies in which a coupon takes off an amount: asked for where its own is not enough. */
export async function withAllCurrencies(stripe: Stripe, offer: FoundOffer): Promise<FoundOffer> {
	const { currency_options: more = {} } = await stripe.coupons.retrieve(offer.couponId, {
		expand: ['currency_options'],
	});
	return { ...offer, currencies: [...(offer.currencies ?? []), ...Object.keys(more)] };
}

export async function offerOfPromotionCode(stripe: Stripe, code: string): Promise<FoundOffer> {
	const { id, promotion, customer, active } = await findPromotionCode(stripe, code);
	if (promotion.coupon === null) throw unknownCode();
	const offer = await offerOfCoupon(stripe, idOf(promotion.coupon));
	return {
		...offer,
		isValid: offer.isValid && active,
		customerId: customer === null ? null : idOf(customer),
		redemption: { promotion_code: id },
	};
}

/** By its id, or by the code that customers type, whose case does not matter. */
async function findPromotionCode(stripe: Stripe, code: string): Promise<Stripe.PromotionCode> {
	if (code.startsWith('promo_')) return await stripe.promotionCodes.retrieve(code);
	const { data } = await stripe.promotionCodes.list({ code, limit: 100 });
	// A code can have been given out before and switched off since.
	const found = data.find(({ active }) => active) ?? data[0];
	if (!found) throw unknownCode();
	return found;
}

function unknownCode(): Failure {
	return new Failure('Stripe knows no such promotion code', {
		code: 'resource_missing',
		httpCode: 404,
		hint: 'Look for a typing error, and whether the code was made in the other mode (test or live).',
	});
}
