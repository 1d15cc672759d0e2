import type Stripe from 'stripe';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connect, customerQuery, findInList, nameOfCustomer, PAGE_SIZE } from './pages.ts';

/** Each customer that is found costs one request more. */
const CUSTOMERS_AT_ONCE = 10;

/** Running trials by their customers, newest first, or found by a part of the customer's name or e-mail. */
export async function searchTrials(
	this: ILoadOptionsFunctions,
	filter?: string,
	token?: string,
): Promise<INodeListSearchResult> {
	return await searchByCustomer(await connect(this), 'trialing', filter, token);
}

/** Subscriptions that have not ended; those that have when their customer is searched for. */
export async function searchSubscriptions(
	this: ILoadOptionsFunctions,
	filter?: string,
	token?: string,
): Promise<INodeListSearchResult> {
	return await searchByCustomer(await connect(this), undefined, filter, token);
}

async function searchByCustomer(
	stripe: Stripe,
	status: 'trialing' | undefined,
	filter: string | undefined,
	token: string | undefined,
): Promise<INodeListSearchResult> {
	const query = customerQuery(filter);
	if (query === null || filter?.startsWith('sub_')) {
		const list = async (paging: Stripe.PaginationParams) =>
			await stripe.subscriptions.list({
				...paging,
				...(status ? { status } : {}),
				expand: ['data.customer'],
			});
		return await findInList(list, toEntry, { filter, token });
	}
	const { data: customers, next_page } = await stripe.customers.search({
		query,
		limit: CUSTOMERS_AT_ONCE,
		...(token ? { page: token } : {}),
	});
	const found = await Promise.all(
		customers.map(async (customer) => {
			const { data } = await stripe.subscriptions.list({
				customer: customer.id,
				status: status ?? 'all',
				limit: PAGE_SIZE,
			});
			return data.map((subscription) => toEntry({ ...subscription, customer }));
		}),
	);
	return { results: found.flat(), ...(next_page ? { paginationToken: next_page } : {}) };
}

function toEntry({ id, status, customer }: Stripe.Subscription) {
	return { name: `${nameOfCustomer(customer)} - ${status} (${id})`, value: id };
}
