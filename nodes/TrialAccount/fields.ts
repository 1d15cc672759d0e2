import type { INodeProperties } from 'n8n-workflow';

export const accountField = {
	displayName: 'Account',
	name: 'account',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'Whose account',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchAccounts', searchable: true },
		},
		{
			displayName: 'By ID or E-Mail',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. account ID, e-mail, cus_..., sub_... or contact ID',
		},
	],
} as const satisfies INodeProperties;
