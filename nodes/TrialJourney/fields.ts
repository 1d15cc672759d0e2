import { literalFields } from '../literal-fields.ts';
import { modeField, workspaceField } from '../store-fields.ts';
import { linksField } from './link-fields.ts';
import { exitsField, pacingField, variantsField } from './rule-fields.ts';
import { stepValues } from './step-fields.ts';

/** Also where the operator has not added the option. */
export const ACCOUNTS_PER_RUN = 500;

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
				description:
					'3, 7 and 28 days after a trial has lapsed; 3 and 28 days after a customer has left',
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
	pacingField,
	exitsField,
	variantsField,
	linksField,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add Option',
		default: {},
		options: [
			{
				displayName: 'Accounts per Run',
				name: 'maxAccounts',
				type: 'number',
				typeOptions: { minValue: 1 },
				default: ACCOUNTS_PER_RUN,
				description:
					'For so many accounts at most something comes out of one run; the rest come in the next one',
			},
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
