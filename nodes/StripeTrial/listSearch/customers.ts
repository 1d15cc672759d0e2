import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connect, customerQuery, findInList, nameOfCustomer, PAGE_SIZE } from './pages.ts';
import type Stripe from 'stripe';

/** Customers, newest first, or found by a part of name or e-mail. */
export async function searchCustomers(
	this: ILoadOptionsFunctions,
	filter?: string,
	token?: string,
): Promise<INodeListSearchResult> {
	const stripe = await connect(this);
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

function toEntry(customer: Stripe.Customer) {
	return { name: nameOfCustomer(customer), value: customer.id };
}
