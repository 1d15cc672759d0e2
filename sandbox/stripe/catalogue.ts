import type { Account } from './account.ts';
import { addProductFeature } from './resources/entitlements.ts';
import { createPrice } from './resources/prices.ts';
import { createProduct } from './resources/products.ts';

/** The demo catalogue of Acme Boards: fixed ids, so that templates and stories can name them. */
export const CATALOGUE = {
	products: {
		pro: 'prod_acme_boards',
		team: 'prod_acme_boards_team',
	},
	prices: {
		proMonthly: 'price_boards_pro_monthly',
		proYearly: 'price_boards_pro_yearly',
		teamMonthly: 'price_boards_team_monthly',
		teamYearly: 'price_boards_team_yearly',
		setup: 'price_boards_setup',
	},
	coupons: {
		/** 30 % less for three months: what who leaves for the price is offered. */
		stay: 'coupon_boards_stay',
	},
} as const;

export function seedCatalogue(account: Account): void {
	const { products, prices, coupons } = CATALOGUE;
	const feature = (name: string, lookupKey: string) =>
		account.features.put({
			id: `feat_${lookupKey}`,
			object: 'entitlements.feature',
			active: true,
			livemode: account.livemode,
			lookup_key: lookupKey,
			metadata: {},
			name,
		});
	const boards = feature('Boards', 'boards');
	const automations = feature('Automations', 'automations');

	createProduct(account, {
		id: products.pro,
		name: 'Acme Boards',
		description: 'Boards for small teams',
	});
	createProduct(account, {
		id: products.team,
		name: 'Acme Boards Team',
		description: 'Boards with automations',
	});
	const price = (id: string, product: string, amount: number, interval?: 'month' | 'year') =>
		createPrice(account, {
			id,
			product,
			currency: 'usd',
			unit_amount: amount,
			...(interval && { recurring: { interval } }),
			lookup_key: id.replace('price_', ''),
		});
	price(prices.proMonthly, products.pro, 2900, 'month');
	price(prices.proYearly, products.pro, 29_000, 'year');
	price(prices.teamMonthly, products.team, 9900, 'month');
	price(prices.teamYearly, products.team, 99_000, 'year');
	price(prices.setup, products.pro, 4900);
	addProductFeature(account, products.pro, boards.id);
	addProductFeature(account, products.team, boards.id);
	addProductFeature(account, products.team, automations.id);
	account.coupons.put({
		id: coupons.stay,
		object: 'coupon',
		amount_off: null,
		created: account.now(null),
		currency: null,
		duration: 'repeating',
		duration_in_months: 3,
		livemode: account.livemode,
		max_redemptions: null,
		metadata: {},
		name: '30 % less for three months',
		percent_off: 30,
		redeem_by: null,
		times_redeemed: 0,
		valid: true,
	});
}
