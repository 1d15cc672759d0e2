import type Stripe from 'stripe';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { toMoney } from '../../../lifecycle/money.ts';
import { connect, findInList } from './pages.ts';

/** Active recurring prices with the names of their products. */
export async function searchPrices(
	this: ILoadOptionsFunctions,
	filter?: string,
	token?: string,
): Promise<INodeListSearchResult> {
	const stripe = await connect(this);
	const list = async (paging: Stripe.PaginationParams) =>
		await stripe.prices.list({
			...paging,
			active: true,
			type: 'recurring',
			expand: ['data.product'],
		});
	return await findInList(list, toEntry, { filter, token });
}

function toEntry(price: Stripe.Price) {
	const { id, product, nickname, recurring } = price;
	const name = typeof product === 'string' || product.deleted ? 'Deleted product' : product.name;
	const parts = [
		nickname ? `${name}, ${nickname}` : name,
		amountOf(price),
		recurring ? `every ${recurring.interval_count} ${recurring.interval}` : undefined,
	];
	return { name: parts.filter(Boolean).join(' - '), value: id };
}

function amountOf({ unit_amount, currency }: Stripe.Price): string | undefined {
	if (unit_amount === null) return undefined;
	const { amount, currency: code } = toMoney(unit_amount, currency);
	return `${amount} ${code}`;
}
