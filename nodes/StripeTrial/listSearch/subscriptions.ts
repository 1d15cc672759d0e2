import type Stripe from 'stripe';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { ifPresent } from '../../../services/stripe/if-present.ts';
import { WITH_CUSTOMER } from '../../../services/stripe/subscriptions.ts';
import { customerById } from './customers.ts';
import { connect, customerQuery, findInList, nameOfCustomer, PAGE_SIZE } from './pages.ts';

/** Each customer that is found costs one request more. */
const CUSTOMERS_AT_ONCE = 10;

/** Running trials by their customers, newest first, or found by an ID or a part of the customer's name or e-mail. */
export async function searchTrials(
	this: ILoadOptionsFunctions,
	filter = '',
	token?: string,
): Promise<INodeListSearchResult> {
	return await searchByCustomer(await connect(this), 'trialing', filter.trim(), token);
}

/** Subscriptions that have not ended; those that have when their customer is searched for. */
export async function searchSubscriptions(
	this: ILoadOptionsFunctions,
	filter = '',
	token?: string,
): Promise<INodeListSearchResult> {
	return await searchByCustomer(await connect(this), undefined, filter.trim(), token);
}

async function searchByCustomer(
	stripe: Stripe,
	status: 'trialing' | undefined,
	filter: string,
	token: string | undefined,
): Promise<INodeListSearchResult> {
	const named = await subscriptionById(stripe, filter);
	if (named) return { results: !status || named.status === status ? [toEntry(named)] : [] };
	const owner = await customerById(stripe, filter);
	if (owner) return { results: await entriesOf(owner) };
	const query = customerQuery(filter);
	if (query === null) {
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
	const found = await Promise.all(customers.map(entriesOf));
	return { results: found.flat(), ...(next_page ? { paginationToken: next_page } : {}) };

	async function entriesOf(customer: Stripe.Customer) {
		const { data } = await stripe.subscriptions.list({
			customer: customer.id,
			status: status ?? 'all',
			limit: PAGE_SIZE,
		});
		return data.map((subscription) => toEntry({ ...subscription, customer }));
	}
}

async function subscriptionById(
	stripe: Stripe,
	id: string,
): Promise<Stripe.Subscription | undefined> {
	if (!id.startsWith('sub_')) return undefined;
	return await ifPresent(stripe.subscriptions.retrieve(id, { expand: WITH_CUSTOMER }));
}

function toEntry({ id, status, customer }: Stripe.Subscription) {
	return { name: `${nameOfCustomer(customer)} - ${status} (${id})`, value: id };
}
