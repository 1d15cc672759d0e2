import type { INodeProperties } from 'n8n-workflow';
import { readId } from '../input.ts';
import { couponField, priceField } from './fields-objects.ts';

/** Why somebody leaves, in Stripe's words. https://docs.stripe.com/api/subscriptions/cancel */
export const cancellationReasonField = {
	displayName: 'Reason',
	name: 'feedback',
	type: 'options',
	default: 'other',
	options: [
		{ name: 'Customer Service', value: 'customer_service' },
		{ name: 'Low Quality', value: 'low_quality' },
		{ name: 'Missing Features', value: 'missing_features' },
		{ name: 'Other', value: 'other' },
		{ name: 'Switched to Another Service', value: 'switched_service' },
		{ name: 'Too Complex', value: 'too_complex' },
		{ name: 'Too Expensive', value: 'too_expensive' },
		{ name: 'Unused', value: 'unused' },
	],
	description: 'Why the customer leaves. Stripe counts these, and recovery flows choose by them.',
} as const satisfies INodeProperties;

export const cancellationCommentField = {
	displayName: 'Comment',
	name: 'comment',
	type: 'string',
	typeOptions: { rows: 2 },
	default: '',
	description: "The customer's own words",
} as const satisfies INodeProperties;

/** Charges somebody who has left no card: they get an invoice. */
export const withoutCardField = {
	displayName: 'Even Without a Card',
	name: 'withoutCard',
	type: 'boolean',
	default: false,
	description:
		'Whether to go on when there is no card to charge: the customer then owes an invoice, whose payment link is in the output',
} as const satisfies INodeProperties;

export const firstCouponField = {
	...couponField,
	required: false,
	description: 'What is taken off, from the first charge on',
} as const satisfies INodeProperties;

export const promotionCodeField = {
	displayName: 'Promotion Code',
	name: 'promotionCode',
	type: 'string',
	default: '',
	placeholder: 'e.g. WELCOME10',
	description: 'The code as customers type it, or its ID',
} as const satisfies INodeProperties;

export const quantityField = {
	displayName: 'Quantity',
	name: 'quantity',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 1,
	description: 'How many units or seats',
} as const satisfies INodeProperties;

export const moreItemsField = {
	displayName: 'More Items',
	name: 'moreItems',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Item',
	default: {},
	description: 'Further prices of the same subscription, such as add-ons',
	options: [
		{
			displayName: 'Item',
			name: 'item',
			values: [
				{ ...priceField, required: false, description: 'What is sold besides' },
				quantityField,
			],
		},
	],
} as const satisfies INodeProperties;

/** The items of `moreItemsField`. */
export function readItems(
	rows: ReadonlyArray<{ readonly priceId: string; readonly quantity: number }> = [],
) {
	return rows.map(({ priceId, quantity }) => ({ priceId: readId(priceId, 'Price'), quantity }));
}

export const automaticTaxField = {
	displayName: 'Automatic Tax',
	name: 'automaticTax',
	type: 'boolean',
	default: false,
	description: 'Whether Stripe Tax computes the taxes. It has to be set up in Stripe first.',
} as const satisfies INodeProperties;

export const withoutPaymentMethodField = {
	displayName: 'At the End Without a Card',
	name: 'withoutPaymentMethod',
	type: 'options',
	default: 'pause',
	options: [
		{
			name: 'Cancel the Subscription',
			value: 'cancel',
			description: 'Coming back means a new subscription',
		},
		{
			name: 'Pause the Subscription',
			value: 'pause',
			description: 'The same subscription goes on when a card is added',
		},
		{
			name: 'Send an Invoice',
			value: 'create_invoice',
			description: 'The subscription becomes past due until it is paid',
		},
	],
	description: 'What Stripe does when the trial ends and no card was added',
} as const satisfies INodeProperties;
