import type { ItemParams } from '../../support/execute-node.ts';
import { byId, hinting, useStripe, type Json } from './harness.ts';
import { ofCustomer, onSubscription, peopleOf } from './people.ts';

const stripe = useStripe();
const { paying, ended } = peopleOf(stripe);

const cancel = (of: unknown, when: string, options: ItemParams = {}) =>
	onSubscription('cancel', of, { when, options });

const reactivate = (of: unknown, more: ItemParams = {}) =>
	onSubscription('reactivate', of, { newSubscription: {}, ...more });

const discount = (of: unknown, coupon: string, more: ItemParams = {}) =>
	onSubscription('applyDiscount', of, { couponId: byId(coupon), oncePerCustomer: false, ...more });

const makeCoupon = async (id: string, more: Record<string, string> = {}) =>
	await stripe.stripe('POST', 'coupons', { id, percent_off: '50', duration: 'once', ...more });

describe('Subscription > Apply Discount', () => {
	it('takes something off the next invoice, by coupon and by promotion code', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await paying('bob@example.com')];
		await makeCoupon('HALF');
		await stripe.stripe('POST', 'promotion_codes', {
			code: 'STAY50',
			'promotion[type]': 'coupon',
			'promotion[coupon]': 'HALF',
		});
		const items = [
			discount(ada['subscriptionId'], 'HALF'),
			discount(bob['subscriptionId'], '', {
				discountBy: 'promotion_code',
				promotionCode: 'stay50',
			}),
		];
		expect(await stripe.run(items)).toMatchObject([
			{ changed: true, discounted: true, couponId: 'HALF' },
			{ changed: true, discounted: true, couponId: 'HALF' },
		]);
		expect(await stripe.run(items)).toMatchObject([{ changed: false }, { changed: false }]);
		expect(await stripe.stripe('GET', 'coupons/HALF')).toMatchObject({ times_redeemed: 2 });
		await stripe.passDays(ada['customerId'], 32);
		const [latest] = (await stripe.stripe('GET', ofCustomer('invoices', ada))).data;
		expect(latest).toMatchObject({ total: 1450 });
	});

	it('redeems once in parallel runs', async () => {
		const ada = await paying();
		await makeCoupon('HALF');
		const item = discount(ada['subscriptionId'], 'HALF');
		await Promise.all([1, 2, 3].map(async () => await stripe.runOne(item)));
		expect(await stripe.stripe('GET', 'coupons/HALF')).toMatchObject({ times_redeemed: 1 });
	});

	it('adds to the discounts that are there, or replaces them', async () => {
		const ada = await paying();
		for (const id of ['A', 'B', 'C']) await makeCoupon(id, { duration: 'forever' });
		const countOf = async () => {
			const path = `subscriptions/${String(ada['subscriptionId'])}`;
			return ((await stripe.stripe('GET', path))['discounts'] as unknown[]).length;
		};
		await stripe.run([discount(ada['subscriptionId'], 'A'), discount(ada['subscriptionId'], 'B')]);
		expect(await countOf()).toBe(2);
		await stripe.runOne(discount(ada['subscriptionId'], 'C', { replaceOthers: true }));
		expect(await countOf()).toBe(1);
	});

	it('gives an offer once per customer, over all their subscriptions', async () => {
		const ada = await paying();
		await makeCoupon('ONCE');
		const once = { oncePerCustomer: true };
		await stripe.runOne(discount(ada['subscriptionId'], 'ONCE', once));
		await stripe.passDays(ada['customerId'], 32);
		await stripe.runOne(cancel(ada['subscriptionId'], 'now'));
		const back = await stripe.runOne(reactivate(ada['accountId']));
		const rows = await stripe.run(
			[discount(back['subscriptionId'], 'ONCE', once), discount(back['subscriptionId'], 'ONCE')],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { code: 'had_it_before', hint: hinting('Once per Customer') } },
			{ changed: true },
		]);
	});

	it('says why not', async () => {
		const [ada, bob] = [await paying('ada@example.com'), await ended('bob@example.com')];
		await makeCoupon('SPENT', { max_redemptions: '1' });
		await makeCoupon('OK');
		await stripe.stripe('POST', 'promotion_codes', {
			code: 'BOBS',
			customer: String(bob['customerId']),
			'promotion[type]': 'coupon',
			'promotion[coupon]': 'OK',
		});
		const other = await paying('other@example.com');
		await stripe.runOne(discount(other['subscriptionId'], 'SPENT'));
		const of = ada['subscriptionId'];
		const rows = await stripe.run(
			[
				discount(of, 'SPENT'),
				discount(of, '', { discountBy: 'promotion_code', promotionCode: 'BOBS' }),
				discount(bob['subscriptionId'], 'OK'),
				discount(of, 'NOPE'),
				discount(of, ''),
				discount(of, 'OK'),
			],
			{ continueOnFail: true },
		);
		expect(rows.map(({ error }) => (error as Json | undefined)?.['code'])).toEqual([
			'not_valid',
			'other_customer',
			'subscription_over',
			'resource_missing',
			undefined,
			undefined,
		]);
		expect(rows.at(-1)).toMatchObject({ changed: true });
	});
});
