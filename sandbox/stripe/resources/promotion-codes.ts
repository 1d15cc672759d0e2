import type Stripe from 'stripe';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type PromotionCode = Stored<Stripe.PromotionCode>;

export const promotionCodePresentation: Presentation<PromotionCode> = {
	object: 'promotion_code',
	expandable: {
		customer: (account) => account.customers,
		'promotion.coupon': (account) => account.coupons,
	},
};
