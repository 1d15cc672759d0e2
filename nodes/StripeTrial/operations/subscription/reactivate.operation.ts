import { findOffer } from '../../../../services/stripe/discounts.ts';
import { reactivate as bringBack } from '../../../../services/stripe/reactivate.ts';
import { currentOf, findHistory, invoiceOf } from '../../../../services/stripe/subscriptions.ts';
import { readId, readReference } from '../../../input.ts';
import { firstCouponField, promotionCodeField, withoutCardField } from '../../fields-billing.ts';
import { priceField, subscriptionField } from '../../fields-objects.ts';
import { simplifyField } from '../../fields.ts';
import { alone } from '../../change-alone.ts';
import { returnDeed } from '../../deeds.ts';
import { defineWrite, type Result } from '../../operation.ts';
import { toInvoiceRow, toSubscriptionRow } from '../../rows.ts';
import { tellStore } from '../../write-through.ts';

export const reactivate = defineWrite({
	value: 'reactivate',
	name: 'Reactivate',
	action: 'Reactivate a subscription',
	description:
		'Bring a customer back and say by which way: undo a scheduled cancellation, resume a paused subscription, or make a new one WITHOUT a trial when the last one has ended. MAY CHARGE MONEY. Never makes a second subscription beside a live one. Run again, it changes nothing.',
	fields: [
		subscriptionField,
		withoutCardField,
		{
			displayName: 'For a New Subscription',
			name: 'newSubscription',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			description: 'Only used when the last subscription has ended',
			options: [
				firstCouponField,
				{
					...priceField,
					required: false,
					description: 'Not set: the prices of the last subscription',
				},
				promotionCodeField,
			],
		},
		simplifyField,
	],
	lane: ({ subscription }) => subscription,
	async run({ subscription, withoutCard, newSubscription, workspace }, services) {
		const { stripe } = services;
		const { priceId = '', couponId = '', promotionCode = '' } = newSubscription;
		const reference = readReference(subscription, 'Subscription');
		const order = {
			priceId: priceId === '' ? null : readId(priceId, 'Price'),
			offer: await findOffer(stripe, couponId, promotionCode),
			withoutCard,
		};
		const current = currentOf(await findHistory(stripe, reference));
		return current
			? await alone(services, workspace, `subscription ${current.subscription.id}`, bringThemBack)
			: await bringThemBack();

		async function bringThemBack(): Promise<Result> {
			const reached = await bringBack(stripe, reference, order);
			const { raw, changed, way, steps } = reached;
			const latest = await invoiceOf(stripe, reached);
			// What this call billed, or what the return still waits for.
			const invoice = changed || latest?.status === 'open' ? latest : null;
			const deeds = steps.map(({ step, ...after }) => returnDeed(step, after, latest));
			const warning = await tellStore(services, workspace, raw, ...deeds);
			return {
				row: {
					...toSubscriptionRow(reached),
					way,
					changed,
					invoice: invoice && toInvoiceRow(invoice),
					...warning,
				},
				raw,
			};
		}
	},
});
