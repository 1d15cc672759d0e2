import type { INodeProperties } from 'n8n-workflow';

/** How often, until when, and for whom of those who are due. */

export const pacingField = {
	displayName: 'Pacing',
	name: 'pacing',
	type: 'collection',
	placeholder: 'Add Rule',
	default: {},
	description:
		'When marketing may go out, where the contact lives. Transactional messages and actions come when they are due.',
	options: [
		{
			displayName: 'Gap (Hours)',
			name: 'gapHours',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 20,
			description:
				'At least so long between two marketing messages to one account, whatever journeys they belong to',
		},
		{
			displayName: 'Quiet From',
			name: 'quietFrom',
			type: 'string',
			default: '20:00',
			placeholder: 'e.g. 20:00',
			description: 'From then on nothing is sent. Needs Quiet To.',
		},
		{
			displayName: 'Quiet To',
			name: 'quietTo',
			type: 'string',
			default: '08:00',
			placeholder: 'e.g. 08:00',
			description: 'Until then nothing is sent. What became due meanwhile comes then.',
		},
		{
			displayName: 'Time Zone',
			name: 'timeZone',
			type: 'string',
			default: '',
			placeholder: 'e.g. Europe/Budapest',
			description:
				"For contacts whose own time zone is not known. Without one, the workflow's counts.",
		},
		{
			displayName: 'Weekdays',
			name: 'weekdays',
			type: 'multiOptions',
			default: [1, 2, 3, 4, 5],
			description: 'On other days nothing is sent',
			options: [
				{ name: 'Friday', value: 5 },
				{ name: 'Monday', value: 1 },
				{ name: 'Saturday', value: 6 },
				{ name: 'Sunday', value: 7 },
				{ name: 'Thursday', value: 4 },
				{ name: 'Tuesday', value: 2 },
				{ name: 'Wednesday', value: 3 },
			],
		},
	],
} as const satisfies INodeProperties;

export const exitsField = {
	displayName: 'Exits',
	name: 'exits',
	type: 'collection',
	placeholder: 'Add Exit',
	default: {},
	description:
		'What ends the journey for somebody. Paying, replying and unsubscribing do unless switched off here; asking to leave always does.',
	options: [
		{
			displayName: 'After Days',
			name: 'afterDays',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 30,
			description: 'So long after the anchor of a step; 0 for no such end',
		},
		{
			displayName: 'Converted',
			name: 'converted',
			type: 'boolean',
			default: true,
			description: 'Whether becoming a paying customer ends it',
		},
		{
			displayName: 'Milestones',
			name: 'milestones',
			type: 'string',
			default: '',
			placeholder: 'e.g. booked_call',
			description: 'Doing any of these ends it, separated by commas',
		},
		{
			displayName: 'Replied',
			name: 'replied',
			type: 'boolean',
			default: true,
			description: 'Whether a reply since its first step ends it',
		},
		{
			displayName: 'Unsubscribed',
			name: 'unsubscribed',
			type: 'boolean',
			default: true,
			description: 'Whether unsubscribing, a dead mailbox or a spam report ends its marketing',
		},
	],
} as const satisfies INodeProperties;

export const variantsField = {
	displayName: 'Variants',
	name: 'variants',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add Variant',
	default: {},
	description:
		'Splits people into arms, the same for ever. What is missing to 100 percent is held out: recorded, nothing emitted.',
	options: [
		{
			displayName: 'Variant',
			name: 'variant',
			values: [
				{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. A' },
				{
					displayName: 'Percent',
					name: 'percent',
					type: 'number',
					typeOptions: { minValue: 0, maxValue: 100 },
					default: 50,
				},
			],
		},
	],
} as const satisfies INodeProperties;
