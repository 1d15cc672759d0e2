import type { INodeProperties } from 'n8n-workflow';

/** What a message says: one text for everybody, or one per language with merge fields. */

export const contentField = {
	displayName: 'Content',
	name: 'content',
	type: 'options',
	default: 'text',
	options: [
		{
			name: 'By Language',
			value: 'byLanguage',
			description: 'One text per language, with merge fields',
		},
		{ name: 'One Text', value: 'text', description: 'The same for everybody, as written below' },
	],
} as const satisfies INodeProperties;

export const subjectField = {
	displayName: 'Subject',
	name: 'subject',
	type: 'string',
	default: '',
	required: true,
	displayOptions: { show: { channel: ['email'], content: ['text'] } },
} as const satisfies INodeProperties;

export const bodyField = {
	displayName: 'Message',
	name: 'body',
	type: 'string',
	typeOptions: { rows: 6 },
	default: '',
	required: true,
	displayOptions: { show: { content: ['text'] } },
	description: 'Text or simple HTML',
} as const satisfies INodeProperties;

const BY_LANGUAGE = { show: { content: ['byLanguage'] } };

export const textsField = {
	displayName: 'Texts',
	name: 'texts',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Language',
	default: {},
	required: true,
	displayOptions: BY_LANGUAGE,
	description:
		'One text per language. Write merge fields as [[ first_name | there ]]: the word after the bar stands in where there is no value.',
	options: [
		{
			displayName: 'Text',
			name: 'text',
			values: [
				{
					displayName: 'Language',
					name: 'language',
					type: 'string',
					default: '',
					placeholder: 'e.g. en',
				},
				{
					displayName: 'Subject',
					name: 'subject',
					type: 'string',
					default: '',
					description: 'Of an e-mail; in-app messages have none',
				},
				{
					displayName: 'Message',
					name: 'body',
					type: 'string',
					typeOptions: { rows: 6 },
					default: '',
					description: 'Text or simple HTML',
				},
			],
		},
	],
} as const satisfies INodeProperties;

export const mergeFieldsField = {
	displayName: 'Merge Fields',
	name: 'mergeFields',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Merge Field',
	default: {},
	displayOptions: BY_LANGUAGE,
	description:
		'What the fields in the texts stand for. The fields name, first_name, email and account_id are known from the contact. A message is not sent when a field has neither value nor default.',
	options: [
		{
			displayName: 'Field',
			name: 'field',
			values: [
				{
					displayName: 'Name',
					name: 'key',
					type: 'string',
					default: '',
					placeholder: 'e.g. days_left',
				},
				{ displayName: 'Value', name: 'value', type: 'string', default: '' },
			],
		},
	],
} as const satisfies INodeProperties;

export const defaultLanguageField = {
	displayName: 'Default Language',
	name: 'defaultLanguage',
	type: 'string',
	default: 'en',
	required: true,
	displayOptions: BY_LANGUAGE,
	description: 'For people whose language has no text here',
} as const satisfies INodeProperties;

export const languageField = {
	displayName: 'Language',
	name: 'language',
	type: 'string',
	default: '',
	displayOptions: BY_LANGUAGE,
	placeholder: 'e.g. hu',
	description:
		"The language of this person. Empty: as Intercom knows it, from the attribute language, the contact's own setting or the browser.",
} as const satisfies INodeProperties;
