import type { Account } from '../account.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { update } from '../events/changes.ts';
import type { Coupon } from '../resources/coupons.ts';
import type { Discount } from '../resources/discounts.ts';
import { subscriptionIdOf, type Invoice } from '../resources/invoices.ts';
import type { Seconds } from '../state/stored.ts';
import { addIntervals } from './periods.ts';

export type DiscountParams = ReadonlyArray<{
	readonly coupon?: string;
	readonly discount?: string;
	readonly promotion_code?: string;
}>;

interface Target {
	readonly now: Seconds;
	readonly customer?: string;
	readonly subscription?: string;
	readonly subscriptionItem?: string;
	readonly checkoutSession?: string;
	readonly invoiceItem?: string;
}

/** Redeems coupons and codes, or carries discounts over that exist; gives the discounts' ids. */
export function attachDiscounts(
	account: Account,
	params: DiscountParams,
	param: string,
	target: Target,
): string[] {
	return params.map((one, index) => {
		const place = `${param}[${index}]`;
		if (one.discount !== undefined) {
			if (!account.discounts.get(one.discount)) {
				throw missingResource('discount', one.discount, `${place}[discount]`);
			}
			return one.discount;
		}
		if (one.promotion_code !== undefined) {
			return redeemCode(account, one.promotion_code, `${place}[promotion_code]`, target);
		}
		const coupon = couponFor(account, one.coupon ?? '', `${place}[coupon]`, target.now);
		return redeem(account, coupon, null, target).id;
	});
}

function couponFor(account: Account, couponId: string, param: string, now: Seconds): Coupon {
	const coupon = account.coupons.get(couponId);
	if (!coupon) throw missingResource('coupon', couponId, param);
	if (!coupon.valid || (coupon.redeem_by !== null && coupon.redeem_by <= now)) {
		throw invalidRequest(`Coupon expired: ${couponId}`, { code: 'coupon_expired', param });
	}
	return coupon;
}

function redeemCode(account: Account, codeId: string, param: string, target: Target): string {
	const code = account.promotionCodes.get(codeId);
	if (!code) throw missingResource('promotion code', codeId, param);
	const isSpent = code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions;
	const isPast = code.expires_at !== null && code.expires_at <= target.now;
	if (!code.active || isSpent || isPast) {
		throw invalidRequest('This promotion code is not active and cannot be redeemed.', { param });
	}
	if (code.customer !== null && code.customer !== target.customer) {
		throw invalidRequest('This promotion code is limited to another customer.', { param });
	}
	const coupon = couponFor(account, code.promotion.coupon ?? '', param, target.now);
	account.promotionCodes.put({ ...code, times_redeemed: code.times_redeemed + 1 });
	return redeem(account, coupon, codeId, target).id;
}

function redeem(
	account: Account,
	coupon: Coupon,
	promotionCode: string | null,
	target: Target,
): Discount {
	const timesRedeemed = coupon.times_redeemed + 1;
	account.coupons.put({
		...coupon,
		times_redeemed: timesRedeemed,
		valid: coupon.max_redemptions === null || timesRedeemed < coupon.max_redemptions,
	});
	const discount = account.discounts.put({
		id: account.newId('di'),
		object: 'discount',
		checkout_session: target.checkoutSession ?? null,
		customer: target.customer ?? null,
		customer_account: null,
		end: discountEnd(coupon, target.now),
		invoice: null,
		invoice_item: target.invoiceItem ?? null,
		promotion_code: promotionCode,
		source: { coupon: coupon.id, type: 'coupon' },
		start: target.now,
		subscription: target.subscription ?? null,
		subscription_item: target.subscriptionItem ?? null,
	});
	account.emit('customer.discount.created', discount);
	return discount;
}

function discountEnd(coupon: Coupon, now: Seconds): Seconds | null {
	return coupon.duration === 'repeating'
		? addIntervals(now, { interval: 'month', interval_count: 1 }, coupon.duration_in_months ?? 1)
		: null;
}

/** A coupon for one invoice has done its work when it has taken something off. */
export function spendOnceDiscounts(account: Account, invoice: Invoice): void {
	const subscription = account.subscriptions.get(subscriptionIdOf(invoice) ?? '');
	if (!subscription) return;
	const spent = (invoice.total_discount_amounts ?? [])
		.filter(({ amount }) => amount > 0)
		.map(({ discount }) => account.discounts.get(discount))
		.filter((discount) => discount !== undefined)
		.filter(({ id }) => subscription.discounts.includes(id))
		.filter((discount) => account.coupons.get(discount.source.coupon ?? '')?.duration === 'once');
	if (spent.length === 0) return;
	const gone = new Set(spent.map(({ id }) => id));
	const discounts = subscription.discounts.filter((discountId) => !gone.has(discountId));
	update(
		account,
		account.subscriptions,
		{ ...subscription, discounts },
		'customer.subscription.updated',
	);
	for (const discount of spent) account.emit('customer.discount.deleted', discount);
}
