import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import * as listSearch from '../../../nodes/StripeTrial/listSearch/index.ts';
import { stripeSecretKey } from '../../../sandbox/secrets.ts';
import { createContext } from '../../support/execute-node.ts';
import { startTrial, TEAM_MONTHLY, useStripe } from './harness.ts';

const stripe = useStripe();

type Search = keyof typeof listSearch;

/** As the panel does: page after page, as far as it is scrolled. */
async function search(name: Search, filter?: string, pages = 1): Promise<string[]> {
	const context = createContext({
		items: [],
		credential: {
			baseUrl: stripe.url,
			secretKey: stripeSecretKey,
			requestsPerSecond: 5000,
			requestsPerEndpoint: 5000,
		},
		headers: { authorization: `Bearer ${stripeSecretKey}` },
	}) as unknown as ILoadOptionsFunctions;
	const names: string[] = [];
	let token: string | undefined;
	for (let page = 0; page < pages; page++) {
		const result: INodeListSearchResult = await listSearch[name].call(context, filter, token);
		names.push(...result.results.map(({ name: shown }) => shown));
		token = result.paginationToken as string | undefined;
		if (!token) break;
	}
	return names;
}

describe('lists of the panel', () => {
	it('show prices with product, amount and interval', async () => {
		expect(await search('searchPrices')).toContain('Acme Boards - 29 USD - every 1 month');
		expect(await search('searchPrices', 'team - 99 usd')).toEqual([
			'Acme Boards Team - 99 USD - every 1 month',
		]);
		expect(await search('searchPrices', TEAM_MONTHLY)).toHaveLength(1);
	});

	it('read on to later pages, and find what lies there', async () => {
		for (let index = 0; index < 130; index++) {
			await stripe.stripe('POST', 'products', { name: `Add-on ${index}` });
		}
		expect(await search('searchProducts')).toHaveLength(100);
		expect(await search('searchProducts', '', 5)).toHaveLength(132);
		expect(await search('searchProducts', 'acme boards team')).toEqual(['Acme Boards Team']);
	});

	it('find customers by a part of name or e-mail', async () => {
		const [, bob] = await stripe.run([
			startTrial('ada@example.com', { additionalFields: { name: 'Ada Lovelace' } }),
			startTrial('bob@example.com'),
		]);
		expect((await search('searchCustomers')).sort()).toEqual([
			'Ada Lovelace <ada@example.com>',
			'bob@example.com',
		]);
		expect(await search('searchCustomers', 'lovel')).toEqual(['Ada Lovelace <ada@example.com>']);
		expect(await search('searchCustomers', 'bo')).toEqual(['bob@example.com']);
		expect(await search('searchCustomers', '"nobody"')).toEqual([]);
		expect(await search('searchCustomers', ` ${String(bob?.['customerId'])}`)).toEqual([
			'bob@example.com',
		]);
		expect(await search('searchCustomers', 'cus_404')).toEqual([]);
	});

	it('find trials and subscriptions by their customers', async () => {
		const [ada, bob] = await stripe.run([
			startTrial('ada@example.com'),
			startTrial('bob@example.com'),
		]);
		await stripe.stripe('DELETE', `subscriptions/${String(bob?.['subscriptionId'])}`);
		const adas = `ada@example.com - trialing (${String(ada?.['subscriptionId'])})`;
		const bobs = `bob@example.com - canceled (${String(bob?.['subscriptionId'])})`;
		expect(await search('searchTrials')).toEqual([adas]);
		expect(await search('searchTrials', 'example')).toEqual([adas]);
		expect(await search('searchSubscriptions')).toEqual([adas]);
		expect(await search('searchSubscriptions', 'bob@')).toEqual([bobs]);
		expect(await search('searchSubscriptions', String(ada?.['subscriptionId']))).toEqual([adas]);
		expect(await search('searchSubscriptions', String(bob?.['subscriptionId']))).toEqual([bobs]);
		expect(await search('searchSubscriptions', String(bob?.['customerId']))).toEqual([bobs]);
		expect(await search('searchTrials', String(ada?.['customerId']))).toEqual([adas]);
		expect(await search('searchTrials', String(bob?.['subscriptionId']))).toEqual([]);
		expect(await search('searchSubscriptions', 'sub_404')).toEqual([]);
	});

	it('show coupons with what they take off and for how long', async () => {
		await stripe.stripe('POST', 'coupons', { id: 'HALF', percent_off: '50', duration: 'once' });
		await stripe.stripe('POST', 'coupons', {
			id: 'FIVE',
			name: 'Five off',
			amount_off: '500',
			currency: 'eur',
			duration: 'repeating',
			duration_in_months: '3',
		});
		expect(await search('searchCoupons')).toEqual([
			'Five off - 5 EUR off - for 3 months',
			'HALF - 50 % off - once',
			'30 % less for three months - 30 % off - for 3 months',
		]);
		expect(await search('searchCoupons', 'five')).toHaveLength(1);
	});
});
