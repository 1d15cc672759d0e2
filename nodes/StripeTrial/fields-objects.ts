import type { INodeProperties } from 'n8n-workflow';

/** Which object of Stripe is meant: from a list that can be searched, or by something that names it. */

export const trialField = {
	displayName: 'Trial',
	name: 'trial',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'Which trial: of an account, a customer or a subscription',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchTrials', searchable: true },
		},
		{
			displayName: 'By ID or E-Mail',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. sub_..., cus_..., account ID or e-mail',
		},
	],
} as const satisfies INodeProperties;

export const subscriptionField = {
	displayName: 'Subscription',
	name: 'subscription',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description:
		'Which subscription: by its ID, or the one that counts for an account, a customer or an e-mail',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchSubscriptions', searchable: true },
		},
		{
			displayName: 'By ID or E-Mail',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. sub_..., cus_..., account ID or e-mail',
		},
	],
} as const satisfies INodeProperties;

export const customerField = {
	displayName: 'Customer',
	name: 'customer',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'Which customer: by customer ID, account ID or e-mail',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchCustomers', searchable: true },
		},
		{
			displayName: 'By ID or E-Mail',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. cus_..., account ID or e-mail',
		},
	],
} as const satisfies INodeProperties;

export const priceField = {
	displayName: 'Price',
	name: 'priceId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'What the trial turns into when it converts',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchPrices', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. price_1MoBy5LkdIwH' },
	],
} as const satisfies INodeProperties;

export const couponField = {
	displayName: 'Coupon',
	name: 'couponId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'What is taken off, and for how long',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchCoupons', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. WINBACK20' },
	],
} as const satisfies INodeProperties;

export const productFilterField = {
	displayName: 'Product',
	name: 'productId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'Only those with a price of this product. Leave empty for all.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchProducts', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. prod_NWjs8kKbJWmu' },
	],
} as const satisfies INodeProperties;

export const priceFilterField = {
	...priceField,
	required: false,
	description: 'Only those with this price. Leave empty for all.',
} as const satisfies INodeProperties;

export const replacedPriceField = {
	...priceField,
	displayName: 'Replaces',
	name: 'replaces',
	required: false,
	description:
		'Which price is replaced, of a subscription with several. One that is archived is not in the list: give its ID.',
} as const satisfies INodeProperties;

export const customerFilterField = {
	...customerField,
	required: false,
	description: 'Only those of this customer. Leave empty for all.',
} as const satisfies INodeProperties;
