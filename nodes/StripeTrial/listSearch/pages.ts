import type Stripe from 'stripe';
import type {
	ILoadOptionsFunctions,
	INodeListSearchItems,
	INodeListSearchResult,
} from 'n8n-workflow';
import { findOnPages } from '../../../services/n8n/list-search.ts';
import { connectStripe, type StripeCredential } from '../../../services/stripe/client.ts';

/** The longest page that Stripe gives: https://docs.stripe.com/api/pagination */
export const PAGE_SIZE = 100;

export async function connect(context: ILoadOptionsFunctions): Promise<Stripe> {
	const credential = await context.getCredentials<StripeCredential>('stripeTrialApi');
	return await connectStripe(context, credential);
}

/** Pages of a list that Stripe cannot search by name, see `findOnPages`. */
export async function findInList<T extends { readonly id: string }>(
	list: (paging: Stripe.PaginationParams) => Promise<Stripe.ApiList<T>>,
	toEntry: (object: T) => INodeListSearchItems,
	{ filter, token }: { readonly filter?: string | undefined; readonly token?: string | undefined },
): Promise<INodeListSearchResult> {
	return await findOnPages(
		async (after) => {
			const { data, has_more } = await list({
				limit: PAGE_SIZE,
				...(after === undefined ? {} : { starting_after: after }),
			});
			return { entries: data.map(toEntry), next: has_more ? data.at(-1)?.id : undefined };
		},
		filter,
		token,
	);
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
