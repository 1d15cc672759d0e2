import type Stripe from 'stripe';
import {
	judgeDiscount,
	rememberDiscount,
	type DiscountRefusal,
	type DiscountVerdict,
} from '../../lifecycle/discount.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { Failure } from '../failure.ts';
import { bringAbout } from './bring-about.ts';
import { withAllCurrencies, type FoundOffer } from './discounts.ts';
import { idOf } from './id-of.ts';
import {
	listHistory,
	toFound,
	WITH_INVOICE,
	type ChangedFound,
	type Found,
} from './subscriptions.ts';

export interface DiscountWish {
	readonly offer: FoundOffer;
	/** Ends the discounts that are there instead of adding to them. */
	readonly replacesOthers: boolean;
	readonly oncePerCustomer: boolean;
}

const WITH_DISCOUNTS = [...WITH_INVOICE, 'discounts'];

/** Takes something off from the next invoice on. https://docs.stripe.com/billing/subscriptions/coupons */
export async function applyDiscount(
	stripe: Stripe,
	{ subscription: { id } }: Found,
	wish: DiscountWish,
): Promise<ChangedFound> {
	const { offer } = wish;
	const raw = await readWithDiscounts(stripe, id);
	const found = toFound(raw);
	const verdict = await judge(stripe, found, wish);
	if (verdict.kind === 'applied') return { ...found, changed: false };
	if (verdict.kind === 'refused') throw refusal(verdict.reason, offer, found);

	const kept = wish.replacesOthers ? [] : raw.discounts.map((discount) => idOf(discount));
	const { object, changed } = await bringAbout({
		key: idempotencyKey('discount', id, offer.couponId, ...kept),
		make: async (options) =>
			await stripe.subscriptions.update(
				id,
				{
					discounts: [...kept.map((discount) => ({ discount })), offer.redemption],
					metadata: rememberDiscount(raw.metadata, offer.couponId),
					expand: WITH_DISCOUNTS,
				},
				options,
			),
		read: async () => await readWithDiscounts(stripe, id),
		isSo: (present) => couponsOf(present).includes(offer.couponId),
	});
	return { ...toFound(object), changed };
}

async function judge(
	stripe: Stripe,
	{ subscription, customer, raw }: Found,
	{ offer, oncePerCustomer }: DiscountWish,
): Promise<DiscountVerdict> {
	const history = oncePerCustomer ? await listHistory(stripe, [customer]) : [];
	const facts = {
		appliedCouponIds: couponsOf(raw),
		history: history.map((past) => past.subscription),
	};
	const verdict = judgeDiscount(offer, subscription, facts);
	const isOtherCurrency = verdict.kind === 'refused' && verdict.reason === 'other_currency';
	return isOtherCurrency
		? judgeDiscount(await withAllCurrencies(stripe, offer), subscription, facts)
		: verdict;
}

async function readWithDiscounts(stripe: Stripe, id: string): Promise<Stripe.Subscription> {
	return await stripe.subscriptions.retrieve(id, { expand: WITH_DISCOUNTS });
}

function couponsOf({ discounts }: Stripe.Subscription): string[] {
	return discounts.flatMap((discount) => {
		const coupon = typeof discount === 'string' ? null : discount.source.coupon;
		return coupon === null ? [] : [idOf(coupon)];
	});
}

function refusal(reason: DiscountRefusal, { couponId }: FoundOffer, { subscription }: Found) {
	const { id, customerId } = subscription;
	const words: Record<DiscountRefusal, readonly [message: string, hint: string]> = {
		subscription_over: [
			`The subscription ${id} is over`,
			'Give the coupon to Subscription > Reactivate, so that the first invoice of the new one is reduced.',
		],
		not_valid: [
			`The coupon ${couponId} is not valid any more`,
			'It is spent, expired or switched off. Make a new one in Stripe.',
		],
		other_customer: [
			`The promotion code is for another customer than ${customerId}`,
			'Use a code without a customer, or the one that was made for this customer.',
		],
		other_currency: [
			`The coupon ${couponId} takes off an amount in another currency than ${id} is billed in`,
			'Use a coupon that takes off a percentage, or add this currency to the coupon.',
		],
		other_products: [
			`The coupon ${couponId} is for other products than those of ${id}`,
			'Use a coupon for all products, or for one of this subscription.',
		],
		had_it_before: [
			`The customer ${customerId} had the coupon ${couponId} before`,
			'Switch off "Once per Customer" to give it again.',
		],
	};
	const [message, hint] = words[reason];
	return new Failure(message, { code: reason, hint });
}
