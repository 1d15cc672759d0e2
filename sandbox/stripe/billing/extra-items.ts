import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { invalidRequest } from '../api/failure.ts';
import { missingParam, type Params } from '../api/params.ts';
import type { InvoiceItem } from '../resources/invoice-items.ts';
import { mergeMetadata } from '../resources/metadata.ts';
import { amountOf, createPrice, priceOf } from '../resources/prices.ts';
import type { Subscription } from '../resources/subscriptions.ts';
import { attachDiscounts } from './redemption.ts';

type AddedItem = Params<Stripe.SubscriptionCreateParams.AddInvoiceItem>;

/** One more thing for the next invoice, waiting until there is one. */
export function createInvoiceItem(
	account: Account,
	item: Pick<InvoiceItem, 'amount' | 'currency' | 'customer'> &
		Partial<InvoiceItem> & { readonly subscription?: string | null },
): InvoiceItem {
	const { subscription, ...fields } = item;
	const customer = account.customers.get(item.customer);
	const now = account.now(customer?.test_clock);
	return account.invoiceItems.put({
		id: account.newId('ii'),
		object: 'invoiceitem',
		customer_account: null,
		date: now,
		description: null,
		discountable: true,
		discounts: [],
		invoice: null,
		livemode: account.livemode,
		metadata: {},
		net_amount: item.amount,
		parent: subscription
			? { type: 'subscription_details', subscription_details: { subscription } }
			: null,
		period: { start: now, end: now },
		pricing: null,
		proration: false,
		quantity: 1,
		quantity_decimal: String(item.quantity ?? 1),
		tax_rates: [],
		test_clock: customer?.test_clock ?? null,
		...fields,
	});
}

/** `add_invoice_items`: one-time prices that ride on the invoice which the request makes. */
export function addInvoiceItems(
	account: Account,
	subscription: Subscription,
	items: readonly AddedItem[],
): void {
	items.forEach((item, index) => {
		const param = `add_invoice_items[${index}]`;
		if (item.price === undefined && !item.price_data) throw missingParam(`${param}[price]`);
		const price = item.price_data
			? createPrice(account, { ...item.price_data, active: false })
			: priceOf(account, item.price ?? '', `${param}[price]`);
		if (price.recurring) {
			throw invalidRequest(
				'The price specified is set to `type=recurring` but this field only accepts prices with `type=one_time`.',
				{ param: `${param}[price]` },
			);
		}
		const quantity = item.quantity ?? 1;
		const now = account.now(subscription.test_clock);
		createInvoiceItem(account, {
			amount: amountOf(price, quantity),
			currency: price.currency,
			customer: subscription.customer,
			description: account.products.get(price.product)?.name ?? null,
			discountable: item.discountable ?? true,
			discounts: attachDiscounts(account, item.discounts ?? [], `${param}[discounts]`, { now }),
			metadata: mergeMetadata(null, item.metadata),
			pricing: {
				type: 'price_details',
				price_details: { price: price.id, product: price.product },
				unit_amount_decimal: price.unit_amount_decimal,
			},
			quantity,
			subscription: subscription.id,
		});
	});
}
