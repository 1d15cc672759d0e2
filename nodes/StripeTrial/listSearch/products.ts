import type Stripe from 'stripe';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connect, findInList } from './pages.ts';

/** Active products by name. */
export async function searchProducts(
	this: ILoadOptionsFunctions,
	filter?: string,
	token?: string,
): Promise<INodeListSearchResult> {
	const stripe = await connect(this);
	const list = async (paging: Stripe.PaginationParams) =>
		await stripe.products.list({ ...paging, active: true });
	return await findInList(list, ({ id, name }) => ({ name, value: id }), { filter, token });
}
