import type { INodeProperties } from 'n8n-workflow';

export const accountIdField = {
	displayName: 'Account ID',
	name: 'accountId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. acct_42',
	description: "Your product's own ID of this account",
} as const satisfies INodeProperties;
