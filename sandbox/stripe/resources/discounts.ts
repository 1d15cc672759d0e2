import type Stripe from 'stripe';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type Discount = Stored<Stripe.Discount>;

export const discountPresentation: Presentation<Discount> = {
	object: 'discount',
	expandable: {
		customer: (account) => account.customersEver,
		promotion_code: (account) => account.promotionCodes,
		'source.coupon': (account) => account.coupons,
	},
};
