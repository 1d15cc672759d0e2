import type { Account } from '../account.ts';
import type { Coupon } from '../resources/coupons.ts';
import type { Discount } from '../resources/discounts.ts';
import type { Invoice, InvoiceLine } from '../resources/invoices.ts';
import type { Seconds } from '../state/stored.ts';

/** A discount with what it takes off. */
export interface AppliedDiscount {
	readonly id: string;
	readonly coupon: Coupon;
}

/** The discounts of these ids that hold at the instant. */
export function discountsAt(
	account: Account,
	discountIds: readonly string[],
	at: Seconds,
): AppliedDiscount[] {
	return discountIds.flatMap((discountId) => {
		const discount = account.discounts.get(discountId);
		const coupon = discount && couponOfDiscount(account, discount);
		if (!discount || !coupon || at < discount.start) return [];
		return discount.end !== null && at >= discount.end ? [] : [{ id: discountId, coupon }];
	});
}

function couponOfDiscount(account: Account, discount: Discount): Coupon | undefined {
	return account.coupons.get(discount.source.coupon ?? '');
}

/**
 * Lays the discounts over the lines, one after the other: a percentage from each line, an amount spread
 * over the lines by their weight. https://docs.stripe.com/billing/subscriptions/coupons
 */
export function applyDiscounts(
	account: Account,
	lines: readonly InvoiceLine[],
	invoiceDiscounts: readonly AppliedDiscount[],
	at: Seconds,
): InvoiceLine[] {
	let result = lines.map((line) => ({ line, left: line.amount, taken: [] as Taken[] }));
	const ofLines = lines.map((line) => discountsAt(account, line.discounts, at));
	result = result.map((entry, index) =>
		(ofLines[index] ?? []).reduce((sum, discount) => {
			const amount = percentOrAmount(discount.coupon, sum.left);
			return take(sum, discount.id, amount);
		}, entry),
	);
	for (const discount of invoiceDiscounts) {
		const eligible = result.filter(
			({ line, left }) => line.discountable && left > 0 && appliesTo(discount.coupon, line),
		);
		const total = eligible.reduce((sum, { left }) => sum + left, 0);
		let remaining = Math.min(discount.coupon.amount_off ?? 0, total);
		result = result.map((entry) => {
			const place = eligible.indexOf(entry);
			if (place < 0) return entry;
			if (discount.coupon.percent_off !== null) {
				return take(entry, discount.id, percentOrAmount(discount.coupon, entry.left));
			}
			const isLast = place === eligible.length - 1;
			const share = Math.round(((discount.coupon.amount_off ?? 0) * entry.left) / total);
			const amount = isLast ? remaining : Math.min(remaining, share, entry.left);
			remaining -= amount;
			return take(entry, discount.id, amount);
		});
	}
	return result.map(({ line, taken }) => ({ ...line, discount_amounts: taken }));
}

interface Taken {
	readonly amount: number;
	readonly discount: string;
}

interface Sum {
	readonly line: InvoiceLine;
	readonly left: number;
	readonly taken: Taken[];
}

function take(sum: Sum, discount: string, amount: number): Sum {
	return {
		line: sum.line,
		left: sum.left - amount,
		taken: [...sum.taken, { amount, discount }],
	};
}

function percentOrAmount(coupon: Coupon, left: number): number {
	if (coupon.percent_off !== null) return Math.round((left * coupon.percent_off) / 100);
	return Math.min(left, coupon.amount_off ?? 0);
}

function appliesTo(coupon: Coupon, line: InvoiceLine): boolean {
	const products = coupon.applies_to?.products;
	return !products || products.includes(line.pricing?.price_details?.product ?? '');
}

/** What an invoice takes off by each discount, over all its lines. */
export function discountTotals(
	lines: readonly InvoiceLine[],
): NonNullable<Invoice['total_discount_amounts']> {
	const totals = new Map<string, number>();
	for (const { discount_amounts: amounts } of lines) {
		for (const { amount, discount } of amounts ?? []) {
			totals.set(discount, (totals.get(discount) ?? 0) + amount);
		}
	}
	return [...totals].map(([discount, amount]) => ({ amount, discount }));
}
