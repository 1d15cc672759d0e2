import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ifPresent } from '../../../services/stripe/if-present.ts';
import { connect, customerQuery, findInList, nameOfCustomer, PAGE_SIZE } from './pages.ts';
import type Stripe from 'stripe';

/** Customers, newest first, or found by their ID or by a part of name or e-mail. */
export async function searchCustomers(
	this: ILoadOptionsFunctions,
	filter = '',
	token?: string,
): Promise<INodeListSearchResult> {
	const stripe = await connect(this);
	const named = await customerById(stripe, filter.trim());
	if (named) return { results: [toEntry(named)] };
	const query = customerQuery(filter);
	if (query === null) {
		const list = async (paging: Stripe.PaginationParams) => await stripe.customers.list(paging);
		return await findInList(list, toEntry, { filter, token });
	}
	const { data, next_page } = await stripe.customers.search({
		query,
		limit: PAGE_SIZE,
		...(token ? { page: token } : {}),
	});
	return { results: data.map(toEntry), ...(next_page ? { paginationToken: next_page } : {}) };
}

/** Undefined for what is no ID of a customer, or not yet a whole one. */
export async function customerById(
	stripe: Stripe,
	id: string,
): Promise<Stripe.Customer | undefined> {
	if (!id.startsWith('cus_')) return undefined;
	const customer = await ifPresent(stripe.customers.retrieve(id));
	return customer?.deleted ? undefined : customer;
}

function toEntry(customer: Stripe.Customer) {
	return { name: nameOfCustomer(customer), value: customer.id };
}
