import type { Account } from '../account.ts';
import type { InvoiceItem } from '../resources/invoice-items.ts';
import type { InvoiceLine } from '../resources/invoices.ts';
import { amountOf } from '../resources/prices.ts';
import type { SubscriptionItem } from '../resources/subscription-items.ts';
import type { Seconds } from '../state/stored.ts';

export interface Period {
	readonly start: Seconds;
	readonly end: Seconds;
}

/** A line that an invoice will carry; discounts are laid over it when the invoice is composed. */
function createLine(
	account: Account,
	line: Pick<InvoiceLine, 'amount' | 'currency' | 'description' | 'parent' | 'period'> &
		Partial<InvoiceLine>,
): InvoiceLine {
	return {
		id: account.newId('il'),
		object: 'line_item',
		discount_amounts: [],
		discountable: true,
		discounts: [],
		invoice: null,
		livemode: account.livemode,
		metadata: {},
		pretax_credit_amounts: [],
		pricing: null,
		quantity: 1,
		quantity_decimal: String(line.quantity ?? 1),
		subscription: null,
		subtotal: line.amount,
		taxes: [],
		...line,
	};
}

/** One item for one period: its price, or nothing while it is in trial. */
export function periodLine(
	account: Account,
	subscriptionId: string,
	item: SubscriptionItem,
	period: Period,
	options: {
		readonly isTrial?: boolean;
		readonly metadata?: Readonly<Record<string, string>>;
	} = {},
): InvoiceLine {
	const { price, quantity = 1 } = item;
	const name = productName(account, item);
	return createLine(account, {
		amount: options.isTrial ? 0 : amountOf(price, quantity),
		currency: price.currency,
		description: options.isTrial
			? `Trial period for ${name}`
			: `${quantity} × ${name} (at ${money(price.unit_amount ?? 0, price.currency)} / ${price.recurring.interval})`,
		discounts: item.discounts,
		metadata: options.metadata ?? {},
		parent: itemParent(subscriptionId, item, false),
		period,
		pricing: pricingOf(item.price.id, item.price.product, options.isTrial ? '0' : null, item),
		quantity,
		subscription: subscriptionId,
	});
}

/** Part of a period, credited (negative) or charged. https://docs.stripe.com/billing/subscriptions/prorations */
export function prorationLine(
	account: Account,
	subscriptionId: string,
	item: SubscriptionItem,
	amount: number,
	period: Period,
): InvoiceLine {
	const { quantity = 1 } = item;
	const name = productName(account, item);
	const since = new Date(period.start * 1000).toISOString().slice(0, 10);
	return createLine(account, {
		amount,
		currency: item.price.currency,
		description: `${amount < 0 ? 'Unused' : 'Remaining'} time on ${quantity > 1 ? `${quantity} × ` : ''}${name} after ${since}`,
		discountable: false,
		parent: itemParent(subscriptionId, item, true),
		period,
		pricing: pricingOf(item.price.id, item.price.product, null, item),
		quantity,
		subscription: subscriptionId,
	});
}

/** A waiting invoice item becomes a line of the invoice that takes it. */
export function invoiceItemLine(account: Account, item: InvoiceItem): InvoiceLine {
	const subscription = item.parent?.subscription_details?.subscription ?? null;
	return createLine(account, {
		amount: item.amount,
		currency: item.currency,
		description: item.description,
		discountable: item.discountable,
		discounts: item.discounts ?? [],
		metadata: item.metadata ?? {},
		parent: {
			type: 'invoice_item_details',
			invoice_item_details: {
				invoice_item: item.id,
				proration: item.proration,
				proration_details: { credited_items: null },
				subscription,
			},
			subscription_item_details: null,
		},
		period: item.period,
		pricing: item.pricing,
		quantity: item.quantity,
		subscription,
	});
}

/** The share of the period that is left at the instant, to the second as Stripe counts. */
export function remainingShare(period: Period, at: Seconds): number {
	const length = period.end - period.start;
	return length <= 0 ? 0 : Math.min(1, Math.max(0, (period.end - at) / length));
}

function itemParent(
	subscriptionId: string,
	item: SubscriptionItem,
	proration: boolean,
): InvoiceLine['parent'] {
	return {
		type: 'subscription_item_details',
		invoice_item_details: null,
		subscription_item_details: {
			invoice_item: null,
			proration,
			proration_details: { credited_items: null },
			subscription: subscriptionId,
			subscription_item: item.id,
		},
	};
}

function pricingOf(
	price: string,
	product: string,
	amount: string | null,
	item: SubscriptionItem,
): InvoiceLine['pricing'] {
	return {
		type: 'price_details',
		price_details: { price, product },
		unit_amount_decimal: amount ?? item.price.unit_amount_decimal,
	};
}

function productName(account: Account, item: SubscriptionItem): string {
	return account.products.get(item.price.product)?.name ?? item.price.product;
}

/** `$29.00`, as invoices write it. */
export function money(minor: number, currency: string): string {
	const format = new Intl.NumberFormat('en-US', { style: 'currency', currency });
	return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
