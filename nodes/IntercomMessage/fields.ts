import type { INodeProperties } from 'n8n-workflow';

export const contactField = {
	displayName: 'Contact',
	name: 'contact',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. acct_42 or 6762f0dd1bb69f9f2193bb83',
	description: 'Account ID (external ID) or Intercom contact ID',
} as const satisfies INodeProperties;

export const toField = {
	...contactField,
	displayName: 'To',
	name: 'to',
} as const satisfies INodeProperties;

/** The teammate in whose name something is done. */
export const fromField = {
	displayName: 'From',
	name: 'adminId',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The teammate whom the message comes from; answers reach them',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchAdmins', searchable: true },
		},
		{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 394051' },
	],
} as const satisfies INodeProperties;

export const assigneeField = {
	...fromField,
	displayName: 'Assign To',
	name: 'assigneeId',
	description: 'The teammate who takes the conversation over',
} as const satisfies INodeProperties;

export const conversationField = {
	displayName: 'Conversation ID',
	name: 'conversationId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. 215469',
	description: 'As the Intercom Message Trigger gives it with a reply',
} as const satisfies INodeProperties;

export const tagField = {
	displayName: 'Tag',
	name: 'tag',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The name of the tag',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			typeOptions: { searchListMethod: 'searchTags', searchable: true },
		},
		{ displayName: 'By Name', name: 'name', type: 'string', placeholder: 'e.g. trial-lapsed' },
	],
} as const satisfies INodeProperties;

export const sendOnceKeyField = {
	displayName: 'Send-Once Key',
	name: 'sendOnceKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. welcome/{{ $json.subscriptionId }}',
	description:
		'Identity of this message for this person. Whatever runs, repeats or fails, a message with the same key goes out once. Empty: it goes out every time.',
} as const satisfies INodeProperties;

export const customAttributesField = {
	displayName: 'Custom Attributes',
	name: 'customAttributes',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Attribute',
	default: {},
	description: 'Further custom attributes. They must exist in Intercom.',
	options: [
		{
			displayName: 'Attribute',
			name: 'attribute',
			values: [
				{ displayName: 'Name', name: 'key', type: 'string', default: '' },
				{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			],
		},
	],
} as const satisfies INodeProperties;
