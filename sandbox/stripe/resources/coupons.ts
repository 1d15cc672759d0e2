import type Stripe from 'stripe';
import type { Presentation } from '../api/presenter.ts';
import type { Stored } from '../state/stored.ts';

export type Coupon = Stored<Stripe.Coupon>;

export const couponPresentation: Presentation<Coupon> = { object: 'coupon' };
