import type { INodeProperties } from 'n8n-workflow';

export const accountIdField = {
	displayName: 'Account ID',
	name: 'accountId',
	type: 'string',
	default: '',
	placeholder: 'e.g. acct_42',
	description:
		"Your product's own ID of this account. Leave empty to use one made from the e-mail: the same for every spelling of it.",
} as const satisfies INodeProperties;

export const emailField = {
	displayName: 'Email',
	name: 'email',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. ada@example.com',
	description: 'Address of the person the account belongs to',
} as const satisfies INodeProperties;

export const nameField = {
	displayName: 'Name',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. Ada Lovelace',
	description: 'Name of the customer in Stripe',
} as const satisfies INodeProperties;

export const phoneField = {
	displayName: 'Phone',
	name: 'phone',
	type: 'string',
	default: '',
	placeholder: 'e.g. +36 30 123 4567',
} as const satisfies INodeProperties;

export const languageField = {
	displayName: 'Language',
	name: 'language',
	type: 'string',
	default: '',
	placeholder: 'e.g. hu',
	description: "Language of Stripe's e-mails and pages for this customer",
} as const satisfies INodeProperties;

export const metadataField = {
	displayName: 'Metadata',
	name: 'metadata',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Metadata',
	default: {},
	description: 'Your own notes on the object in Stripe',
	options: [
		{
			displayName: 'Entry',
			name: 'entry',
			values: [
				{ displayName: 'Key', name: 'key', type: 'string', default: '' },
				{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			],
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

export const subscriptionField = {
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
