import type Stripe from 'stripe';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connectStripe, type StripeCredential } from '../../../services/stripe/client.ts';

const PAGE_SIZE = 100;

async function connect(context: ILoadOptionsFunctions): Promise<Stripe> {
	const credential = await context.getCredentials<StripeCredential>('stripeTrialApi');
	return await connectStripe(context, credential);
}

/** Active recurring prices with the names of their products, a page at a time. */
export async function searchPrices(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const stripe = await connect(this);
	const page = await stripe.prices.list({
		active: true,
		type: 'recurring',
		limit: PAGE_SIZE,
		expand: ['data.product'],
		...(paginationToken ? { starting_after: paginationToken } : {}),
	});
	return toResult(page, filter, (price) => ({ name: priceName(price), value: price.id }));
}

/** Running trials by their customers, newest first, a page at a time. */
export async function searchTrials(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const stripe = await connect(this);
	const page = await stripe.subscriptions.list({
		status: 'trialing',
		limit: PAGE_SIZE,
		expand: ['data.customer'],
		...(paginationToken ? { starting_after: paginationToken } : {}),
	});
	return toResult(page, filter, (subscription) => ({
		name: `${customerName(subscription.customer)} (${subscription.id})`,
		value: subscription.id,
	}));
}

function toResult<T extends { id: string }>(
	page: Stripe.ApiList<T>,
	filter: string | undefined,
	toEntry: (row: T) => { name: string; value: string },
): INodeListSearchResult {
	const wanted = filter?.toLowerCase() ?? '';
	const last = page.data.at(-1);
	return {
		results: page.data.map(toEntry).filter(({ name }) => name.toLowerCase().includes(wanted)),
		...(page.has_more && last ? { paginationToken: last.id } : {}),
	};
}

function priceName({ product, nickname, unit_amount, currency, recurring }: Stripe.Price): string {
	const name = typeof product === 'string' || product.deleted ? 'Deleted product' : product.name;
	return [
		nickname ? `${name}, ${nickname}` : name,
		unit_amount === null ? undefined : money(unit_amount, currency),
		recurring ? `every ${recurring.interval_count} ${recurring.interval}` : undefined,
	]
		.filter(Boolean)
		.join(' - ');
}

/** Minor units in the currency's own number of decimals: 2 for EUR, none for JPY. */
function money(minorUnits: number, currency: string): string {
	const format = new Intl.NumberFormat('en', { style: 'currency', currency });
	const { maximumFractionDigits = 2 } = format.resolvedOptions();
	return format.format(minorUnits / 10 ** maximumFractionDigits);
}

function customerName(customer: Stripe.Subscription['customer']): string {
	if (typeof customer === 'string' || customer.deleted) return 'Deleted customer';
	return customer.email ?? customer.name ?? customer.id;
}
