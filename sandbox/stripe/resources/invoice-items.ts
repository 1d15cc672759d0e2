import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import {
	clearable,
	decimal,
	flag,
	id,
	integer,
	metadata,
	missingParam,
	notEmulated,
	object,
	required,
	text,
	timestamp,
	type Params,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { createInvoiceItem } from '../billing/extra-items.ts';
import { attachDiscounts } from '../billing/redemption.ts';
import { recompose } from '../billing/recomposing.ts';
import { remove } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { customerOf } from './customers.ts';
import { invoiceOf } from './invoices.ts';
import { mergeMetadata } from './metadata.ts';
import { amountOf, createPrice, priceOf, type Price } from './prices.ts';
import { priceDataShape } from './price-data.ts';
import { discounts } from './subscription-params.ts';
import { isOver, subscriptionOf } from './subscriptions.ts';

export type InvoiceItem = Stored<Stripe.InvoiceItem>;

export const invoiceItemPresentation: Presentation<InvoiceItem> = {
	object: 'invoiceitem',
	expandable: {
		customer: (account) => account.customersEver,
		discounts: (account) => account.discounts,
		invoice: (account) => account.invoices,
		test_clock: (account) => account.testClocks,
	},
};

function invoiceItemOf(account: Account, itemId: string): InvoiceItem {
	const item = account.invoiceItems.get(itemId);
	if (!item) throw missingResource('invoiceitem', itemId);
	return item;
}

const period = object<Stripe.InvoiceItemCreateParams.Period>({
	end: required(timestamp()),
	start: required(timestamp()),
});

const oneTimePriceData = object<Stripe.InvoiceItemCreateParams.PriceData>({
	currency: priceDataShape.currency,
	product: required(id()),
	tax_behavior: priceDataShape.tax_behavior,
	unit_amount: integer(),
	unit_amount_decimal: decimal(),
});

const pricing = object<Stripe.InvoiceItemCreateParams.Pricing>({ price: id() });

type CreateParams = Params<Stripe.InvoiceItemCreateParams>;

/** The price that an item names or describes; none when it gives an amount. */
function itemPriceOf(account: Account, params: CreateParams): Price | null {
	if (params.pricing?.price !== undefined) {
		return priceOf(account, params.pricing.price, 'pricing[price]');
	}
	return params.price_data ? createPrice(account, { ...params.price_data, active: false }) : null;
}

function addInvoiceItem(account: Account, params: CreateParams): InvoiceItem {
	const invoice =
		params.invoice === undefined ? null : invoiceOf(account, params.invoice, 'invoice');
	const customerId = params.customer ?? invoice?.customer;
	if (!customerId) throw missingParam('customer');
	const customer = customerOf(account, customerId, 'customer');
	const subscription =
		params.subscription === undefined
			? null
			: subscriptionOf(account, params.subscription, 'subscription');
	if (subscription && (subscription.customer !== customer.id || isOver(subscription))) {
		throw invalidRequest(
			`The subscription ${subscription.id} is not a current subscription of the customer ${customer.id}.`,
			{ param: 'subscription' },
		);
	}
	if (invoice && invoice.status !== 'draft') {
		throw invalidRequest('Invoice items can only be added to draft invoices.', {
			code: 'invoice_not_editable',
			param: 'invoice',
		});
	}
	const price = itemPriceOf(account, params);
	const quantity = params.quantity ?? 1;
	const currency = price?.currency ?? params.currency?.toLowerCase() ?? customer.currency;
	if (!currency) throw missingParam('currency');
	const expected = invoice?.currency ?? subscription?.currency ?? customer.currency;
	if (expected && expected !== currency) {
		throw invalidRequest(
			`The currency of the invoice item (${currency}) must match ${expected}, which this customer is billed in.`,
			{ param: 'currency' },
		);
	}
	const unit = params.unit_amount_decimal;
	const amount = price
		? amountOf(price, quantity)
		: unit === undefined
			? params.amount
			: Math.round(Number(unit) * quantity);
	if (amount === undefined) throw missingParam('amount');
	const now = account.now(customer.test_clock);
	const item = createInvoiceItem(account, {
		amount,
		currency,
		customer: customer.id,
		description: params.description ?? null,
		discountable: params.discountable ?? amount >= 0,
		discounts: attachDiscounts(account, params.discounts ?? [], 'discounts', { now }),
		invoice: invoice?.id ?? null,
		metadata: mergeMetadata(null, params.metadata),
		...(params.period && { period: params.period }),
		...(price && {
			pricing: {
				type: 'price_details',
				price_details: { price: price.id, product: price.product },
				unit_amount_decimal: price.unit_amount_decimal,
			},
		}),
		quantity,
		subscription: subscription?.id ?? null,
	});
	account.emit('invoiceitem.created', item);
	if (invoice) recompose(account, invoice);
	return item;
}

export const invoiceItemEndpoints = [
	endpoint<Stripe.InvoiceItemCreateParams>(
		'POST',
		'/v1/invoiceitems',
		'invoiceitem',
		{
			amount: integer(),
			currency: text({ max: 3 }),
			customer: id(),
			customer_account: notEmulated(),
			description: text(),
			discountable: flag(),
			discounts,
			expand,
			invoice: id(),
			metadata: clearable(metadata()),
			period,
			price_data: oneTimePriceData,
			pricing,
			quantity: integer({ min: 0 }),
			quantity_decimal: notEmulated(),
			subscription: id(),
			tax_behavior: priceDataShape.tax_behavior,
			tax_code: notEmulated(),
			tax_rates: notEmulated(),
			unit_amount_decimal: decimal(),
		},
		({ account, params }) => addInvoiceItem(account, params),
	),

	endpoint<Stripe.InvoiceItemListParams>(
		'GET',
		'/v1/invoiceitems',
		'invoiceitem',
		{
			...pagination,
			created: range(),
			customer: id(),
			customer_account: notEmulated(),
			expand,
			invoice: id(),
			pending: flag(),
		},
		({ account, params, url }) =>
			pageOf(
				params.customer === undefined
					? account.invoiceItems.newestFirst()
					: account.invoiceItems.where('customer', params.customer),
				params,
				url,
				account,
				(item) =>
					(params.invoice === undefined || item.invoice === params.invoice) &&
					(params.pending === undefined || (item.invoice === null) === params.pending) &&
					isInRange(item.date, params.created),
			),
	),

	endpoint<Stripe.InvoiceItemRetrieveParams>(
		'GET',
		'/v1/invoiceitems/:id',
		'invoiceitem',
		{ expand },
		({ account, path }) => invoiceItemOf(account, path['id'] ?? ''),
	),

	endpoint<Stripe.InvoiceItemUpdateParams>(
		'POST',
		'/v1/invoiceitems/:id',
		'invoiceitem',
		{
			amount: integer(),
			description: text(),
			discountable: flag(),
			discounts: notEmulated(),
			expand,
			invoicing_rules: notEmulated(),
			metadata: clearable(metadata()),
			period,
			price_data: notEmulated(),
			pricing: notEmulated(),
			quantity: notEmulated(),
			quantity_decimal: notEmulated(),
			tax_behavior: notEmulated(),
			tax_code: notEmulated(),
			tax_rates: notEmulated(),
			unit_amount_decimal: notEmulated(),
		},
		({ account, params, path }) => {
			const item = editable(account, invoiceItemOf(account, path['id'] ?? ''));
			const changed = account.invoiceItems.put({
				...item,
				...(params.amount !== undefined && { amount: params.amount, net_amount: params.amount }),
				...(params.description !== undefined && { description: params.description }),
				...(params.discountable !== undefined && { discountable: params.discountable }),
				metadata: mergeMetadata(item.metadata, params.metadata),
				...(params.period && { period: params.period }),
			});
			const invoice = account.invoices.get(changed.invoice ?? '');
			if (invoice) recompose(account, invoice);
			return changed;
		},
	),

	endpoint<Stripe.InvoiceItemDeleteParams>(
		'DELETE',
		'/v1/invoiceitems/:id',
		'invoiceitem',
		{},
		({ account, path }) => {
			const item = editable(account, invoiceItemOf(account, path['id'] ?? ''));
			remove(account, account.invoiceItems, item, 'invoiceitem.deleted');
			const invoice = account.invoices.get(item.invoice ?? '');
			if (invoice) recompose(account, invoice);
			return { id: item.id, object: 'invoiceitem', deleted: true };
		},
	),
];

function editable(account: Account, item: InvoiceItem): InvoiceItem {
	const invoice = account.invoices.get(item.invoice ?? '');
	if (!invoice || invoice.status === 'draft') return item;
	throw invalidRequest('This invoice item is attached to an invoice that is no longer editable.', {
		code: 'invoice_not_editable',
	});
}
