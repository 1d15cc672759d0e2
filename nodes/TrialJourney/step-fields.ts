import { literalFields } from '../literal-fields.ts';

/** What one step of a journey is made of. */
export const stepValues = literalFields([
	{
		displayName: 'Name',
		name: 'name',
		type: 'string',
		noDataExpression: true,
		default: '',
		placeholder: 'e.g. 3 days left',
		description: 'What the output of this step is called',
	},
	{
		displayName: 'Key',
		name: 'key',
		type: 'string',
		noDataExpression: true,
		default: '',
		placeholder: 'e.g. three_days_left',
		description:
			'Tells the ledger which step it is. Leave it when you rename the step: with another key people get it again.',
	},
	{
		displayName: 'Amount',
		name: 'amount',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 3,
		description: 'How many days or hours before or after',
	},
	{
		displayName: 'Unit',
		name: 'unit',
		type: 'options',
		default: 'days',
		options: [
			{ name: 'Days', value: 'days', description: 'Of the calendar where the contact lives' },
			{ name: 'Hours', value: 'hours' },
		],
	},
	{
		displayName: 'Before or After',
		name: 'direction',
		type: 'options',
		default: 'after',
		options: [
			{ name: 'Before', value: 'before' },
			{ name: 'After', value: 'after' },
		],
	},
	{
		displayName: 'What',
		name: 'anchor',
		type: 'options',
		default: 'trialEnd',
		options: [
			{
				name: 'Cancellation',
				value: 'cancellation',
				description: 'When the customer asked to leave; until the end they are a customer still',
			},
			{
				name: 'First Failed Payment',
				value: 'firstFailedPayment',
				description: 'Of those that are still unpaid',
			},
			{
				name: 'Lapse',
				value: 'lapse',
				description: 'When a trial ended without a payment',
			},
			{ name: 'Sign-Up', value: 'signUp' },
			{
				name: 'Subscription End',
				value: 'subscriptionEnd',
				description: 'When a customer has really left, or will leave',
			},
			{
				name: 'Trial End',
				value: 'trialEnd',
				description: 'Counts anew when the trial is extended',
			},
			{ name: 'Trial Start', value: 'trialStart' },
		],
	},
	{
		displayName: 'Time of Day',
		name: 'timeOfDay',
		type: 'string',
		default: '',
		placeholder: 'e.g. 09:00',
		description:
			'Where the contact lives, on that day. Empty for the very instant. Not used with hours.',
	},
	{
		displayName: 'Card on File',
		name: 'cardOnFile',
		type: 'options',
		default: 'any',
		description: 'Whether to take only people with, or without, a payment method',
		options: [
			{ name: 'Any', value: 'any' },
			{ name: 'No', value: 'no' },
			{ name: 'Yes', value: 'yes' },
		],
	},
	{
		displayName: 'Milestones Done',
		name: 'milestonesDone',
		type: 'string',
		default: '',
		placeholder: 'e.g. created_project',
		description: 'Only people who have done all of these, separated by commas',
	},
	{
		displayName: 'Milestones Missing',
		name: 'milestonesMissing',
		type: 'string',
		default: '',
		placeholder: 'e.g. invited_teammate',
		description: 'Only people who have done none of these, separated by commas',
	},
	{
		displayName: 'Reasons',
		name: 'reasons',
		type: 'string',
		default: '',
		placeholder: 'e.g. too_expensive, unused',
		description:
			"Only people who left for one of these, separated by commas: Stripe's feedback (too_expensive, missing_features, unused, ...), or no_payment_method, payment_failed, canceled",
	},
	{
		displayName: 'Plans',
		name: 'plans',
		type: 'string',
		default: '',
		placeholder: 'e.g. price_1MoBy5LkdIwH',
		description: 'Only subscriptions to one of these prices, separated by commas',
	},
	{
		displayName: 'Languages',
		name: 'languages',
		type: 'string',
		default: '',
		placeholder: 'e.g. en, hu',
		description: 'Only people who read one of these, separated by commas',
	},
	{
		displayName: 'Category',
		name: 'category',
		type: 'options',
		default: 'marketing',
		options: [
			{
				name: 'Marketing',
				value: 'marketing',
				description: 'Tips, offers, reminders: paced, and never to people who unsubscribed',
			},
			{
				name: 'Transactional',
				value: 'transactional',
				description: 'About the account itself: when it is due',
			},
		],
	},
	{
		displayName: 'Useful for Hours',
		name: 'usefulForHours',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 24,
		description:
			'How late it may still come after an outage, or when it had to wait. Later than that it is recorded as missed.',
	},
	{
		displayName: 'Settled By',
		name: 'settledBy',
		type: 'options',
		default: 'message',
		description: 'When this step counts as done',
		options: [
			{
				name: 'Emission',
				value: 'emission',
				description: 'When the item has come out, for steps that are actions: at most once',
			},
			{
				name: 'Message',
				value: 'message',
				description:
					'When an Intercom Message node with its send-once key has sent it; a run that died is repeated',
			},
		],
	},
]);
