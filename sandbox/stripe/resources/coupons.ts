import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import {
	array,
	clearable,
	id,
	integer,
	metadata,
	missingParam,
	notEmulated,
	number,
	object,
	oneOf,
	text,
	timestamp,
} from '../api/params.ts';
import type { Presentation, Rendered } from '../api/presenter.ts';
import { create, remove, update } from '../events/changes.ts';
import { without, type Stored } from '../state/stored.ts';
import { mergeMetadata } from './metadata.ts';

export type Coupon = Stored<Stripe.Coupon>;

export const couponPresentation: Presentation<Coupon> = {
	object: 'coupon',
	render: (coupon): Rendered => without(coupon, 'applies_to'),
	includable: { applies_to: (coupon) => coupon.applies_to },
};

export function couponOf(account: Account, couponId: string, param = 'id'): Coupon {
	const coupon = account.coupons.get(couponId);
	if (!coupon) throw missingResource('coupon', couponId, param);
	return coupon;
}

export const couponEndpoints = [
	endpoint<Stripe.CouponCreateParams>(
		'POST',
		'/v1/coupons',
		'coupon',
		{
			amount_off: integer({ min: 1 }),
			applies_to: object<Stripe.CouponCreateParams.AppliesTo>({ products: array(id()) }),
			currency: text({ max: 3 }),
			currency_options: notEmulated(),
			duration: oneOf('forever', 'once', 'repeating'),
			duration_in_months: integer({ min: 1 }),
			expand,
			id: id(),
			max_redemptions: integer({ min: 1 }),
			metadata: clearable(metadata()),
			name: text({ max: 40 }),
			percent_off: number({ min: 0.01, max: 100 }),
			redeem_by: timestamp(),
		},
		({ account, params }) => {
			const { amount_off: amount, percent_off: percent, duration = 'once' } = params;
			if ((amount === undefined) === (percent === undefined)) {
				throw invalidRequest('You must pass either percent_off or amount_off.');
			}
			if (amount !== undefined && params.currency === undefined) throw missingParam('currency');
			if ((duration === 'repeating') !== (params.duration_in_months !== undefined)) {
				throw invalidRequest(
					'You must pass duration_in_months when passing duration=repeating, and only then.',
					{ param: 'duration_in_months' },
				);
			}
			if (params.id !== undefined && account.coupons.get(params.id)) {
				throw invalidRequest('Coupon already exists.', {
					code: 'resource_already_exists',
					param: 'id',
				});
			}
			const coupon: Coupon = {
				id: params.id ?? account.newToken(8),
				object: 'coupon',
				amount_off: amount ?? null,
				...(params.applies_to && { applies_to: { products: params.applies_to.products ?? [] } }),
				created: account.now(null),
				currency: amount === undefined ? null : (params.currency?.toLowerCase() ?? null),
				duration,
				duration_in_months: params.duration_in_months ?? null,
				livemode: account.livemode,
				max_redemptions: params.max_redemptions ?? null,
				metadata: mergeMetadata(null, params.metadata),
				name: params.name ?? null,
				percent_off: percent ?? null,
				redeem_by: params.redeem_by ?? null,
				times_redeemed: 0,
				valid: true,
			};
			return account.render(create(account, account.coupons, coupon, 'coupon.created'));
		},
	),

	endpoint<Stripe.CouponListParams>(
		'GET',
		'/v1/coupons',
		'coupon',
		{ ...pagination, created: range(), expand },
		({ account, params, url }) =>
			pageOf(account.coupons.newestFirst(), params, url, account, (coupon) =>
				isInRange(coupon.created, params.created),
			),
	),

	endpoint<Stripe.CouponRetrieveParams>(
		'GET',
		'/v1/coupons/:id',
		'coupon',
		{ expand },
		({ account, path }) => account.render(couponOf(account, path['id'] ?? '')),
	),

	endpoint<Stripe.CouponUpdateParams>(
		'POST',
		'/v1/coupons/:id',
		'coupon',
		{
			currency_options: notEmulated(),
			expand,
			metadata: clearable(metadata()),
			name: text({ max: 40, empty: true }),
		},
		({ account, params, path }) => {
			const coupon = couponOf(account, path['id'] ?? '');
			const changed: Coupon = {
				...coupon,
				metadata: mergeMetadata(coupon.metadata, params.metadata),
				...(params.name !== undefined && { name: params.name || null }),
			};
			return account.render(update(account, account.coupons, changed, 'coupon.updated'));
		},
	),

	endpoint<Stripe.CouponDeleteParams>(
		'DELETE',
		'/v1/coupons/:id',
		'coupon',
		{},
		({ account, path }) => {
			const coupon = couponOf(account, path['id'] ?? '');
			remove(account, account.coupons, coupon, 'coupon.deleted');
			return { id: coupon.id, object: 'coupon', deleted: true };
		},
	),
];
