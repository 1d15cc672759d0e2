import type Stripe from 'stripe';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import {
	clearable,
	flag,
	id,
	integer,
	leftOut,
	metadata,
	missingParam,
	oneOf,
	text,
	timestamp,
} from '../api/params.ts';
import { search, searchParams, type SearchFields } from '../api/search.ts';
import { createDraft } from '../billing/issuing.ts';
import { attachDiscounts } from '../billing/redemption.ts';
import { recompose } from '../billing/recomposing.ts';
import { remove, update } from '../events/changes.ts';
import { HOUR } from '../state/stored.ts';
import { customerOf } from './customers.ts';
import { invoiceOf, subscriptionIdOf, type Invoice } from './invoices.ts';
import { mergeMetadata } from './metadata.ts';
import { discounts } from './subscription-params.ts';
import { subscriptionOf } from './subscriptions.ts';

const collectionMethod = oneOf('charge_automatically', 'send_invoice');

/** Parts of invoices that the stand-in leaves out. */
const outside = leftOut(
	'account_tax_ids',
	'application_fee_amount',
	'automatic_tax',
	'custom_fields',
	'default_source',
	'default_tax_rates',
	'effective_at',
	'issuer',
	'number',
	'on_behalf_of',
	'payment_settings',
	'rendering',
	'shipping_cost',
	'shipping_details',
	'statement_descriptor',
	'transfer_data',
);

const searchFields: SearchFields<Invoice> = {
	created: (invoice) => invoice.created,
	currency: (invoice) => invoice.currency,
	customer: (invoice) => invoice.customer,
	number: (invoice) => invoice.number,
	status: (invoice) => invoice.status,
	subscription: subscriptionIdOf,
	total: (invoice) => invoice.total,
};

export const invoiceEndpoints = [
	endpoint<Stripe.InvoiceCreateParams>(
		'POST',
		'/v1/invoices',
		'invoice',
		{
			...outside,
			auto_advance: flag(),
			automatically_finalizes_at: timestamp(),
			collection_method: collectionMethod,
			currency: text({ max: 3 }),
			customer: id(),
			...leftOut('customer_account', 'from_invoice'),
			days_until_due: integer({ min: 0 }),
			default_payment_method: id(),
			description: text(),
			discounts,
			due_date: timestamp(),
			expand,
			footer: text(),
			metadata: clearable(metadata()),
			pending_invoice_items_behavior: oneOf('exclude', 'include'),
			subscription: id(),
		},
		({ account, params }) => {
			if (params.customer === undefined) throw missingParam('customer');
			const customer = customerOf(account, params.customer, 'customer');
			const subscription =
				params.subscription === undefined
					? null
					: subscriptionOf(account, params.subscription, 'subscription');
			const now = account.now(customer.test_clock);
			const advances = params.auto_advance ?? false;
			const invoice = createDraft(
				account,
				{
					customer,
					subscription,
					lines: [],
					reason: 'manual',
					period: { start: now, end: now },
					now,
					currency: params.currency ?? subscription?.currency ?? customer.currency ?? 'usd',
					discounts: attachDiscounts(account, params.discounts ?? [], 'discounts', {
						now,
						customer: customer.id,
					}),
					more: {
						auto_advance: advances,
						automatically_finalizes_at: advances
							? (params.automatically_finalizes_at ?? now + HOUR)
							: null,
						...(params.collection_method && { collection_method: params.collection_method }),
						default_payment_method: params.default_payment_method ?? null,
						description: params.description ?? null,
						due_date: params.due_date ?? null,
						footer: params.footer ?? null,
						metadata: mergeMetadata(null, params.metadata),
					},
				},
				params.pending_invoice_items_behavior === 'include' || subscription !== null,
			);
			return account.render(invoice);
		},
	),

	endpoint<Stripe.InvoiceListParams>(
		'GET',
		'/v1/invoices',
		'invoice',
		{
			...pagination,
			collection_method: collectionMethod,
			created: range(),
			customer: id(),
			...leftOut('customer_account'),
			due_date: range(),
			expand,
			status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
			subscription: id(),
		},
		({ account, params, url }) => {
			const { customer, subscription } = params;
			const records =
				subscription !== undefined
					? account.invoices.where('subscription', subscription)
					: customer !== undefined
						? account.invoices.where('customer', customer)
						: account.invoices.newestFirst();
			return pageOf(
				records,
				params,
				url,
				account,
				(invoice) =>
					(customer === undefined || invoice.customer === customer) &&
					(params.status === undefined || invoice.status === params.status) &&
					(params.collection_method === undefined ||
						invoice.collection_method === params.collection_method) &&
					(params.due_date === undefined ||
						(invoice.due_date !== null && isInRange(invoice.due_date, params.due_date))) &&
					isInRange(invoice.created, params.created),
			);
		},
	),

	endpoint<Stripe.InvoiceSearchParams>(
		'GET',
		'/v1/invoices/search',
		'invoice',
		{ ...searchParams, expand },
		({ account, params, url }) =>
			search(account.searchable.invoices, searchFields, params, url, account),
	),

	endpoint<Stripe.InvoiceRetrieveParams>(
		'GET',
		'/v1/invoices/:id',
		'invoice',
		{ expand },
		({ account, path }) => account.render(invoiceOf(account, path['id'] ?? '')),
	),

	endpoint<Stripe.InvoiceUpdateParams>(
		'POST',
		'/v1/invoices/:id',
		'invoice',
		{
			...outside,
			auto_advance: flag(),
			automatically_finalizes_at: timestamp(),
			collection_method: collectionMethod,
			days_until_due: integer({ min: 0 }),
			default_payment_method: id(),
			description: text({ empty: true }),
			discounts,
			due_date: timestamp(),
			expand,
			footer: text({ empty: true }),
			metadata: clearable(metadata()),
		},
		({ account, params, path }) => {
			const invoice = invoiceOf(account, path['id'] ?? '');
			if (invoice.status !== 'draft' && params.discounts !== undefined) {
				throw invalidRequest('This invoice is no longer editable.', {
					code: 'invoice_not_editable',
				});
			}
			const changed = update(
				account,
				account.invoices,
				{
					...invoice,
					...(params.auto_advance !== undefined && { auto_advance: params.auto_advance }),
					...(params.automatically_finalizes_at !== undefined && {
						automatically_finalizes_at: params.automatically_finalizes_at,
					}),
					...(params.collection_method && { collection_method: params.collection_method }),
					...(params.default_payment_method && {
						default_payment_method: params.default_payment_method,
					}),
					...(params.description !== undefined && { description: params.description || null }),
					...(params.due_date !== undefined && { due_date: params.due_date }),
					...(params.footer !== undefined && { footer: params.footer || null }),
					metadata: mergeMetadata(invoice.metadata, params.metadata),
				},
				'invoice.updated',
			);
			if (params.discounts === undefined) return account.render(changed);
			const discountIds = attachDiscounts(account, params.discounts ?? [], 'discounts', {
				now: account.now(invoice.test_clock),
			});
			return account.render(recompose(account, changed, discountIds));
		},
	),

	endpoint<Stripe.InvoiceDeleteParams>(
		'DELETE',
		'/v1/invoices/:id',
		'invoice',
		{},
		({ account, path }) => {
			const invoice = invoiceOf(account, path['id'] ?? '');
			if (invoice.status !== 'draft' || subscriptionIdOf(invoice) !== null) {
				throw invalidRequest(
					'You can only delete draft invoices that are not part of a subscription.',
				);
			}
			remove(account, account.invoices, invoice, 'invoice.deleted');
			return { id: invoice.id, object: 'invoice', deleted: true };
		},
	),

	endpoint<Stripe.InvoiceListLineItemsParams>(
		'GET',
		'/v1/invoices/:id/lines',
		'invoice',
		{ ...pagination, expand },
		({ account, params, path, url }) =>
			pageOf(invoiceOf(account, path['id'] ?? '').lines.data, params, url, account),
	),
];
