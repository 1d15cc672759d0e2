import {
	discountsGiven,
	judgeDiscount,
	rememberDiscount,
	type DiscountFacts,
	type Offer,
} from '../../lifecycle/discount.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const OFFER: Offer = {
	couponId: 'WINBACK',
	isValid: true,
	currencies: null,
	productIds: null,
	customerId: null,
};
const NOTHING: DiscountFacts = { appliedCouponIds: [], history: [] };
const HAD_IT = aSubscription({ id: 'sub_0', metadata: { discounts_given: 'SPRING,WINBACK' } });

describe('whether a discount may be applied', () => {
	it.each<[string, Partial<Offer>, Partial<Subscription>, Partial<DiscountFacts>, string]>([
		['yes', {}, {}, {}, 'apply'],
		['an amount in the currency of the plan', { currencies: ['usd', 'eur'] }, {}, {}, 'apply'],
		['for a product of the plan', { productIds: ['prod_x', 'prod_boards'] }, {}, {}, 'apply'],
		['for this customer', { customerId: 'cus_1' }, {}, {}, 'apply'],
		['another one was given before', {}, { metadata: { discounts_given: 'SPRING' } }, {}, 'apply'],
		['it is applied', {}, {}, { appliedCouponIds: ['OTHER', 'WINBACK'] }, 'applied'],
		[
			'it is applied although it is spent by now',
			{ isValid: false },
			{},
			{ appliedCouponIds: ['WINBACK'] },
			'applied',
		],
		['it is over', {}, { status: 'canceled' }, {}, 'subscription_over'],
		['the coupon is spent', { isValid: false }, {}, {}, 'not_valid'],
		['it is for another customer', { customerId: 'cus_2' }, {}, {}, 'other_customer'],
		['it takes off another currency', { currencies: ['usd'] }, {}, {}, 'other_currency'],
		['it is for other products', { productIds: ['prod_x'] }, {}, {}, 'other_products'],
		['the customer had it before', {}, {}, { history: [HAD_IT] }, 'had_it_before'],
	])('%s', (_, offer, subscription, facts, expected) => {
		const verdict = judgeDiscount({ ...OFFER, ...offer }, aSubscription(subscription), {
			...NOTHING,
			...facts,
		});
		expect(verdict.kind === 'refused' ? verdict.reason : verdict.kind).toBe(expected);
	});

	it('remembers what was given, once each and as much as fits', () => {
		const metadata = { ...HAD_IT.metadata };
		expect(rememberDiscount(metadata, 'SPRING')).toEqual({ discounts_given: 'WINBACK,SPRING' });
		const many = Object.fromEntries([
			['discounts_given', Array.from({ length: 30 }, (_, n) => `coupon-number-${n}`).join(',')],
		]);
		const remembered = rememberDiscount(many, 'LAST');
		expect(remembered['discounts_given']?.length).toBeLessThanOrEqual(500);
		expect(discountsGiven(remembered).at(-1)).toBe('LAST');
	});
});
