import type Stripe from 'stripe';
import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { connectStripe, type StripeCredential } from '../../../services/stripe/client.ts';

/** The longest page that Stripe gives: https://docs.stripe.com/api/pagination */
export const PAGE_SIZE = 100;
/** What fits into the panel's list; more is a scroll away. */
const ENOUGH_MATCHES = 20;
const PAGES_AT_ONCE = 10;

export async function connect(context: ILoadOptionsFunctions): Promise<Stripe> {
	const credential = await context.getCredentials<StripeCredential>('stripeTrialApi');
	return await connectStripe(context, credential);
}

/**
 * Entries of a list that Stripe cannot search by name: pages are read on until there are some matches, so that
 * a match on a late page is found as well as one on the first.
 */
export async function findOnPages<T extends { readonly id: string }>(
	list: (paging: Stripe.PaginationParams) => Promise<Stripe.ApiList<T>>,
	toEntry: (object: T) => INodeListSearchItems,
	{
		filter = '',
		token,
	}: { readonly filter?: string | undefined; readonly token?: string | undefined },
): Promise<INodeListSearchResult> {
	const results: INodeListSearchItems[] = [];
	let after = token;
	for (let page = 1; page <= PAGES_AT_ONCE; page++) {
		const { data, has_more } = await list({
			limit: PAGE_SIZE,
			...(after ? { starting_after: after } : {}),
		});
		results.push(...data.map(toEntry).filter((entry) => isMatch(entry, filter)));
		after = has_more ? data.at(-1)?.id : undefined;
		if (!after || results.length >= ENOUGH_MATCHES || filter === '') break;
	}
	return { results, ...(after ? { paginationToken: after } : {}) };
}

function isMatch({ name, value }: INodeListSearchItems, filter: string): boolean {
	const wanted = filter.trim().toLowerCase();
	return `${name} ${value}`.toLowerCase().includes(wanted);
}

/**
 * A query for customers by a part of their name or e-mail. Null where the part is too short for Stripe.
 * https://docs.stripe.com/search#search-query-language
 */
export function customerQuery(filter = ''): string | null {
	const part = filter.replaceAll(/["'\\]/g, '').trim();
	return part.length < 3 ? null : `email~"${part}" OR name~"${part}"`;
}

export function nameOfCustomer(
	customer: string | Stripe.Customer | Stripe.DeletedCustomer,
): string {
	if (typeof customer === 'string') return customer;
	if (customer.deleted) return 'Deleted customer';
	const { name, email, id } = customer;
	return name && email ? `${name} <${email}>` : (email ?? name ?? id);
}
