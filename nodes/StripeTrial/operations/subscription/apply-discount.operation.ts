import { applyDiscount as apply } from '../../../../services/stripe/apply-discount.ts';
import { offerOfCoupon, offerOfPromotionCode } from '../../../../services/stripe/discounts.ts';
import type { Found } from '../../../../services/stripe/subscriptions.ts';
import { readId, readReference } from '../../../input.ts';
import { couponField, subscriptionField } from '../../fields-objects.ts';
import { simplifyField } from '../../fields.ts';
import { alone, changeAlone } from '../../change-alone.ts';
import { ownDeed } from '../../deeds.ts';
import { defineWrite, type Result } from '../../operation.ts';
import { toSubscriptionRow } from '../../rows.ts';
import { tellStore } from '../../write-through.ts';

export const applyDiscount = defineWrite({
	value: 'applyDiscount',
	name: 'Apply Discount',
	action: 'Apply a discount to a subscription',
	description:
		'Take something off a live subscription from its next invoice on, by coupon or promotion code. COSTS REVENUE. By option once per customer, whatever subscription it was on. Run again, it changes nothing.',
	fields: [
		subscriptionField,
		{
			displayName: 'Discount',
			name: 'discountBy',
			type: 'options',
			default: 'coupon',
			options: [
				{ name: 'Coupon', value: 'coupon' },
				{ name: 'Promotion Code', value: 'promotion_code' },
			],
		},
		{ ...couponField, displayOptions: { show: { discountBy: ['coupon'] } } },
		{
			displayName: 'Promotion Code',
			name: 'promotionCode',
			type: 'string',
			default: '',
			placeholder: 'e.g. WINBACK20',
			displayOptions: { show: { discountBy: ['promotion_code'] } },
			description: 'The code as customers type it, or its ID',
		},
		{
			displayName: 'Once per Customer',
			name: 'oncePerCustomer',
			type: 'boolean',
			default: true,
			description:
				'Whether to refuse a coupon that this customer had before by this operation, on whichever subscription',
		},
		{
			displayName: 'Replace Other Discounts',
			name: 'replaceOthers',
			type: 'boolean',
			default: false,
			description:
				'Whether to end the discounts that are there; otherwise this one is added to them',
		},
		simplifyField,
	],
	lane: ({ subscription }) => subscription,
	async run(params, services) {
		const { stripe } = services;
		const { workspace, oncePerCustomer } = params;
		const offer =
			params.discountBy === 'coupon'
				? await offerOfCoupon(stripe, readId(params.couponId, 'Coupon'))
				: await offerOfPromotionCode(stripe, readId(params.promotionCode, 'Promotion Code'));
		const reference = readReference(params.subscription, 'Subscription');
		return await changeAlone(services, workspace, reference, async (found) => {
			if (!oncePerCustomer) return await give(found);
			// Another subscription of theirs could be given the same meanwhile.
			const customer = `customer ${found.customer.id}`;
			return await alone(services, workspace, customer, async () => await give(found));
		});

		async function give(found: Found): Promise<Result> {
			const discounted = await apply(stripe, found, {
				offer,
				oncePerCustomer,
				replacesOthers: params.replaceOthers,
			});
			const { raw, changed } = discounted;
			const { couponId } = offer;
			const deed = changed ? ownDeed('discount_applied', discounted, { data: { couponId } }) : null;
			const warning = await tellStore(services, workspace, raw, deed);
			return { row: { ...toSubscriptionRow(discounted), couponId, changed, ...warning }, raw };
		}
	},
});
