import type { INodeProperties } from 'n8n-workflow';

export const linksField = {
	displayName: 'Links',
	name: 'links',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Link',
	default: {},
	description:
		'Signed, personal links to your pages that every item brings along as links.name. Needs the credential Access Provisioning, whose signing secret signs them.',
	options: [
		{
			displayName: 'Link',
			name: 'link',
			values: [
				{
					displayName: 'Name',
					name: 'name',
					type: 'string',
					default: '',
					placeholder: 'e.g. optOut',
					description: 'The link is in links, under this name',
				},
				{
					displayName: 'Page URL',
					name: 'pageUrl',
					type: 'string',
					default: '',
					placeholder: 'e.g. https://n8n.example.com/form/saas-opt-out',
					description: 'The page that the link opens; the token is appended',
				},
				{
					displayName: 'Purpose',
					name: 'purpose',
					type: 'options',
					default: 'opt_out',
					description: 'What the link is good for; the page checks it',
					options: [
						{ name: 'Add Card', value: 'add_card' },
						{ name: 'Come Back', value: 'come_back' },
						{ name: 'Feedback', value: 'feedback' },
						{ name: 'Opt Out', value: 'opt_out' },
						{ name: 'Undo Cancellation', value: 'undo_cancel' },
					],
				},
				{
					displayName: 'Valid for Days',
					name: 'validDays',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 30,
				},
			],
		},
	],
} as const satisfies INodeProperties;
