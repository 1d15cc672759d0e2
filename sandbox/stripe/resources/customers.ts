import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { missingResource } from '../api/failure.ts';
import { isInRange, listOf, pageOf, pagination, range } from '../api/lists.ts';
import {
	array,
	clearable,
	id,
	integer,
	metadata,
	notEmulated,
	object,
	oneOf,
	required,
	text,
	type Params,
	type Shape,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { search, searchParams, type SearchFields } from '../api/search.ts';
import { attachPaymentMethod } from '../billing/attaching.ts';
import { cancelSubscription } from '../billing/cancellation.ts';
import { create, remove, update } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { address, toAddress } from './addresses.ts';
import { mergeMetadata } from './metadata.ts';
import { ownMethodId } from './payment-methods.ts';
import { isOver } from './subscriptions.ts';
import { createTestClock, testClockOf } from './test-clocks.ts';

export type Customer = Stored<Stripe.Customer>;

export const customerPresentation: Presentation<Customer> = {
	object: 'customer',
	expandable: {
		'invoice_settings.default_payment_method': (account) => account.paymentMethods,
		test_clock: (account) => account.testClocks,
	},
	includable: {
		subscriptions: (customer, account) =>
			listOf(
				account.subscriptions
					.where('customer', customer.id)
					.filter(({ status }) => status !== 'canceled' && status !== 'incomplete_expired')
					.map((subscription) => account.render(subscription)),
				`/v1/customers/${customer.id}/subscriptions`,
			),
	},
};

/** The customer of a request, by path or by parameter. A deleted one cannot be used any more. */
export function customerOf(account: Account, customerId: string, param = 'id'): Customer {
	const customer = account.customers.get(customerId);
	if (!customer) throw missingResource('customer', customerId, param);
	return customer;
}

const emptyableText = text({ empty: true });

const shipping = object<NonNullable<Exclude<Stripe.CustomerCreateParams['shipping'], ''>>>({
	address: required(address()),
	name: required(text()),
	phone: emptyableText,
});

/** What create and update have in common. */
const shared = {
	address: clearable(address()),
	balance: integer(),
	business_name: notEmulated(),
	cash_balance: notEmulated(),
	description: emptyableText,
	email: text({ empty: true, max: 512 }),
	expand,
	individual_name: notEmulated(),
	invoice_prefix: text({ max: 12 }),
	invoice_settings: object<Stripe.CustomerCreateParams.InvoiceSettings>({
		custom_fields: notEmulated(),
		default_payment_method: emptyableText,
		footer: emptyableText,
		rendering_options: notEmulated(),
	}),
	metadata: clearable(metadata()),
	name: text({ empty: true, max: 256 }),
	next_invoice_sequence: integer({ min: 1 }),
	phone: text({ empty: true, max: 20 }),
	preferred_locales: array(text()),
	shipping: clearable(shipping),
	source: notEmulated(),
	tax: notEmulated(),
	tax_exempt: clearable(oneOf('exempt', 'none', 'reverse')),
	validate: notEmulated(),
} satisfies Partial<Shape<Stripe.CustomerCreateParams>>;

const createShape: Shape<Stripe.CustomerCreateParams> = {
	...shared,
	payment_method: id(),
	tax_id_data: notEmulated(),
	test_clock: id(),
};

const updateShape: Shape<Stripe.CustomerUpdateParams> = {
	...shared,
	default_source: notEmulated(),
};

/** The values of a request laid over the present ones. */
function withParams(
	account: Account,
	customer: Customer,
	params: Params<Stripe.CustomerUpdateParams>,
): Customer {
	const texts = (['description', 'email', 'name', 'phone'] as const).filter(
		(key) => params[key] !== undefined,
	);
	const settings = params.invoice_settings;
	return {
		...customer,
		...Object.fromEntries(texts.map((key) => [key, params[key] || null])),
		...(params.address !== undefined && { address: params.address && toAddress(params.address) }),
		...(params.balance !== undefined && { balance: params.balance }),
		...(params.invoice_prefix !== undefined && { invoice_prefix: params.invoice_prefix }),
		...(params.next_invoice_sequence !== undefined && {
			next_invoice_sequence: params.next_invoice_sequence,
		}),
		...(params.preferred_locales && { preferred_locales: params.preferred_locales }),
		...(params.shipping !== undefined && {
			shipping: params.shipping && {
				...params.shipping,
				address: toAddress(params.shipping.address),
			},
		}),
		...(params.tax_exempt !== undefined && { tax_exempt: params.tax_exempt ?? 'none' }),
		metadata: mergeMetadata(customer.metadata, params.metadata),
		invoice_settings: {
			...customer.invoice_settings,
			...(settings?.footer !== undefined && { footer: settings.footer || null }),
			...(settings?.default_payment_method !== undefined && {
				default_payment_method: ownMethodId(
					account,
					customer.id,
					settings.default_payment_method,
					'invoice_settings[default_payment_method]',
				),
			}),
		},
	};
}

/** The clock that the request names; in the sandbox's mode of own clocks a fresh one instead of none. */
function clockForNew(account: Account, params: Params<Stripe.CustomerCreateParams>): string | null {
	if (params.test_clock !== undefined) {
		return testClockOf(account, params.test_clock, 'test_clock').id;
	}
	if (!account.settings.ownClockPerCustomer || account.livemode) return null;
	const name = params.email ?? params.name ?? null;
	return createTestClock(account, account.now(null), name).id;
}

export function createCustomer(
	account: Account,
	params: Params<Stripe.CustomerCreateParams>,
): Customer {
	const customerId = account.newId('cus');
	const testClock = clockForNew(account, params);
	const blank: Customer = {
		id: customerId,
		object: 'customer',
		address: null,
		balance: 0,
		created: account.now(testClock),
		currency: null,
		default_source: null,
		delinquent: false,
		description: null,
		discount: null,
		email: null,
		invoice_prefix: account.newToken(8).toUpperCase(),
		invoice_settings: {
			custom_fields: null,
			default_payment_method: null,
			footer: null,
			rendering_options: null,
		},
		livemode: account.livemode,
		metadata: {},
		name: null,
		next_invoice_sequence: 1,
		phone: null,
		preferred_locales: [],
		shipping: null,
		tax_exempt: 'none',
		test_clock: testClock,
	};
	// The payment method is attached to the customer that is only now being made.
	account.customers.put(blank);
	if (params.payment_method !== undefined) {
		attachPaymentMethod(account, params.payment_method, blank, 'payment_method');
	}
	return create(account, account.customers, withParams(account, blank, params), 'customer.created');
}

const searchFields: SearchFields<Customer> = {
	created: (customer) => customer.created,
	email: (customer) => customer.email,
	name: (customer) => customer.name,
	phone: (customer) => customer.phone,
};

export const customerEndpoints = [
	endpoint<Stripe.CustomerCreateParams>(
		'POST',
		'/v1/customers',
		'customer',
		createShape,
		({ account, params }) => account.render(createCustomer(account, params)),
	),

	endpoint<Stripe.CustomerListParams>(
		'GET',
		'/v1/customers',
		'customer',
		{ ...pagination, created: range(), email: text(), expand, test_clock: id() },
		({ account, params, url }) => {
			const { email, test_clock: clock } = params;
			const records =
				email !== undefined
					? account.customers.where('email', email)
					: clock !== undefined
						? account.customers.where('test_clock', clock)
						: account.customers.newestFirst();
			return pageOf(
				records,
				params,
				url,
				account,
				(customer) =>
					isListed(account, customer.test_clock, clock) &&
					isInRange(customer.created, params.created),
			);
		},
	),

	endpoint<Stripe.CustomerSearchParams>(
		'GET',
		'/v1/customers/search',
		'customer',
		{ ...searchParams, expand },
		({ account, params, url }) =>
			search(account.searchable.customers, searchFields, params, url, account),
	),

	endpoint<Stripe.CustomerRetrieveParams>(
		'GET',
		'/v1/customers/:id',
		'customer',
		{ expand },
		({ account, path: { id: customerId = '' } }) =>
			account.deletedCustomers.has(customerId)
				? deletedCustomer(customerId)
				: account.render(customerOf(account, customerId)),
	),

	endpoint<Stripe.CustomerUpdateParams>(
		'POST',
		'/v1/customers/:id',
		'customer',
		updateShape,
		({ account, params, path: { id: customerId = '' } }) => {
			const changed = withParams(account, customerOf(account, customerId), params);
			return account.render(update(account, account.customers, changed, 'customer.updated'));
		},
	),

	endpoint<Stripe.CustomerDeleteParams>(
		'DELETE',
		'/v1/customers/:id',
		'customer',
		{},
		({ account, path: { id: customerId = '' } }) => {
			deleteCustomer(account, customerOf(account, customerId));
			return deletedCustomer(customerId);
		},
	),
];

/** Ends every subscription of the customer at once. https://docs.stripe.com/api/customers/delete */
function deleteCustomer(account: Account, customer: Customer) {
	for (const subscription of account.subscriptions.where('customer', customer.id)) {
		if (isOver(subscription)) continue;
		cancelSubscription(account, subscription, { reason: 'cancellation_requested' });
	}
	account.deletedCustomers.add(customer.id);
	remove(account, account.customers, customer, 'customer.deleted');
}

/**
 * Lists leave out what lives on a test clock, unless they are asked for that clock. With a clock for every
 * customer there would be nothing left, so then they do not.
 */
export function isListed(
	account: Account,
	testClock: string | null | undefined,
	asked: string | undefined,
): boolean {
	if (asked !== undefined) return testClock === asked;
	return !testClock || account.settings.ownClockPerCustomer;
}

function deletedCustomer(customerId: string): Stored<Stripe.DeletedCustomer> {
	return { id: customerId, object: 'customer', deleted: true };
}
