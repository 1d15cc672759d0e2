import { literalFields } from '../literal-fields.ts';
import { modeField, workspaceField } from '../store-fields.ts';
import { stepValues } from './step-fields.ts';

/** The panel, in the order in which an operator thinks: who, what when, how often, until when. */
export const fields = literalFields([
	{
		displayName: 'Journey',
		name: 'journey',
		type: 'string',
		noDataExpression: true,
		required: true,
		default: '',
		placeholder: 'e.g. conversion',
		description:
			'Names this journey in the ledger. Two nodes with the same name share their steps: nobody gets one twice.',
	},
	{
		displayName: 'Audience',
		name: 'audience',
		type: 'multiOptions',
		default: ['trialing'],
		description: 'Whom the journey is for; whoever is somewhere else has left it',
		options: [
			{ name: 'Active', value: 'active', description: 'Paying customers' },
			{
				name: 'Churned',
				value: 'churned',
				description: 'Whose subscription has ended after they had paid',
			},
			{
				name: 'Lapsed',
				value: 'lapsed',
				description: 'Whose trial has ended without a payment',
			},
			{ name: 'Past Due', value: 'past_due', description: 'Whose payment has failed' },
			{ name: 'Trialing', value: 'trialing' },
		],
	},
	{
		displayName: 'Steps From',
		name: 'stepsFrom',
		type: 'options',
		noDataExpression: true,
		default: 'own',
		description: 'Each step gets an output of its own, in this order',
		options: [
			{
				name: 'Conversion',
				value: 'conversion',
				description: '7, 3, 2, 1 days before the trial ends and on its last day',
			},
			{
				name: 'Onboarding',
				value: 'onboarding',
				description: 'Welcome, then help with what has not been done yet',
			},
			{ name: 'Own', value: 'own', description: 'As written below' },
			{
				name: 'Recovery',
				value: 'recovery',
				description: '3, 7 and 28 days after a trial has lapsed',
			},
		],
	},
	{
		displayName: 'Steps',
		name: 'steps',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		displayOptions: { show: { stepsFrom: ['own'] } },
		placeholder: 'Add Step',
		default: {},
		options: [{ displayName: 'Step', name: 'step', values: [...stepValues] }],
	},
	{
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
	},
	{
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
	},
	{
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
	},
	{
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
	},
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Dry Run',
				name: 'dryRun',
				type: 'boolean',
				noDataExpression: true,
				default: true,
				description:
					'Whether to only tell, on an output of its own, who would get what and why others would not. Nothing is written or sent.',
			},
			{
				displayName: 'Limit',
				name: 'limit',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 50,
				description: 'Max number of results to return',
			},
			{
				displayName: 'Requests per Second',
				name: 'maxRate',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: 20,
				description:
					'How fast to re-read accounts from Stripe, where other flows need the rest of the budget',
			},
		],
	},
	modeField,
	workspaceField,
]);
