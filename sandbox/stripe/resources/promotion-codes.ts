import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { endpoint, expand } from '../api/endpoint.ts';
import { invalidRequest, missingResource } from '../api/failure.ts';
import { isInRange, pageOf, pagination, range } from '../api/lists.ts';
import {
	clearable,
	flag,
	id,
	integer,
	metadata,
	missingParam,
	notEmulated,
	object,
	oneOf,
	required,
	text,
	timestamp,
} from '../api/params.ts';
import type { Presentation } from '../api/presenter.ts';
import { create, update } from '../events/changes.ts';
import type { Stored } from '../state/stored.ts';
import { couponOf } from './coupons.ts';
import { customerOf } from './customers.ts';
import { mergeMetadata } from './metadata.ts';

export type PromotionCode = Stored<Stripe.PromotionCode>;

export const promotionCodePresentation: Presentation<PromotionCode> = {
	object: 'promotion_code',
	expandable: {
		customer: (account) => account.customersEver,
		'promotion.coupon': (account) => account.coupons,
	},
};

function promotionCodeOf(account: Account, codeId: string): PromotionCode {
	const code = account.promotionCodes.get(codeId);
	if (!code) throw missingResource('promotion code', codeId);
	return code;
}

/** Codes are told apart without regard to letter case; two active ones cannot be the same. */
function checkFree(account: Account, code: string) {
	const same = account.promotionCodes.where('code', code.toUpperCase());
	if (!same.some(({ active }) => active)) return;
	throw invalidRequest(`An active promotion code with \`code: ${code}\` already exists.`, {
		code: 'resource_already_exists',
		param: 'code',
	});
}

export const promotionCodeEndpoints = [
	endpoint<Stripe.PromotionCodeCreateParams>(
		'POST',
		'/v1/promotion_codes',
		'promotion_code',
		{
			active: flag(),
			code: text({ max: 500 }),
			customer: id(),
			customer_account: notEmulated(),
			expand,
			expires_at: timestamp(),
			max_redemptions: integer({ min: 1 }),
			metadata: metadata(),
			promotion: required(
				object<Stripe.PromotionCodeCreateParams.Promotion>({
					coupon: id(),
					type: required(oneOf('coupon')),
				}),
			),
			restrictions: object<Stripe.PromotionCodeCreateParams.Restrictions>({
				currency_options: notEmulated(),
				first_time_transaction: flag(),
				minimum_amount: integer({ min: 1 }),
				minimum_amount_currency: text({ max: 3 }),
			}),
		},
		({ account, params }) => {
			if (params.promotion.coupon === undefined) throw missingParam('promotion[coupon]');
			const coupon = couponOf(account, params.promotion.coupon, 'promotion[coupon]');
			if (params.customer !== undefined) customerOf(account, params.customer, 'customer');
			const text = params.code ?? account.newToken(8).toUpperCase();
			checkFree(account, text);
			const code: PromotionCode = {
				id: account.newId('promo'),
				object: 'promotion_code',
				active: params.active ?? true,
				code: text,
				created: account.now(null),
				customer: params.customer ?? null,
				customer_account: null,
				expires_at: params.expires_at ?? null,
				livemode: account.livemode,
				max_redemptions: params.max_redemptions ?? null,
				metadata: mergeMetadata(null, params.metadata),
				promotion: { coupon: coupon.id, type: 'coupon' },
				restrictions: {
					first_time_transaction: params.restrictions?.first_time_transaction ?? false,
					minimum_amount: params.restrictions?.minimum_amount ?? null,
					minimum_amount_currency: params.restrictions?.minimum_amount_currency ?? null,
				},
				times_redeemed: 0,
			};
			return create(account, account.promotionCodes, code, 'promotion_code.created');
		},
	),

	endpoint<Stripe.PromotionCodeListParams>(
		'GET',
		'/v1/promotion_codes',
		'promotion_code',
		{
			...pagination,
			active: flag(),
			code: text(),
			coupon: id(),
			created: range(),
			customer: id(),
			customer_account: notEmulated(),
			expand,
		},
		({ account, params, url }) =>
			pageOf(
				params.code === undefined
					? account.promotionCodes.newestFirst()
					: account.promotionCodes.where('code', params.code.toUpperCase()),
				params,
				url,
				account,
				(code) =>
					(params.active === undefined || code.active === params.active) &&
					(params.coupon === undefined || code.promotion.coupon === params.coupon) &&
					(params.customer === undefined || code.customer === params.customer) &&
					isInRange(code.created, params.created),
			),
	),

	endpoint<Stripe.PromotionCodeRetrieveParams>(
		'GET',
		'/v1/promotion_codes/:id',
		'promotion_code',
		{ expand },
		({ account, path }) => promotionCodeOf(account, path['id'] ?? ''),
	),

	endpoint<Stripe.PromotionCodeUpdateParams>(
		'POST',
		'/v1/promotion_codes/:id',
		'promotion_code',
		{
			active: flag(),
			expand,
			metadata: clearable(metadata()),
			restrictions: notEmulated(),
		},
		({ account, params, path }) => {
			const code = promotionCodeOf(account, path['id'] ?? '');
			if (params.active && !code.active) checkFree(account, code.code);
			return update(
				account,
				account.promotionCodes,
				{
					...code,
					active: params.active ?? code.active,
					metadata: mergeMetadata(code.metadata, params.metadata),
				},
				'promotion_code.updated',
			);
		},
	),
];
