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

/** Why access is taken away, and with that: what gives it back. */
export const reasonField = {
	displayName: 'Reason',
	name: 'reason',
	type: 'options',
	default: 'past_due',
	options: [
		{ name: 'Canceled', value: 'canceled' },
		{
			name: 'Other',
			value: 'other',
			description: 'A reason of your own, which no payment lifts: only Grant, or Restore by it',
		},
		{ name: 'Past Due', value: 'past_due', description: 'A payment failed' },
		{ name: 'Paused', value: 'paused' },
		{ name: 'Trial Lapsed', value: 'trial_lapsed' },
		{ name: 'Unpaid', value: 'unpaid', description: 'All attempts to collect failed' },
	],
} as const satisfies INodeProperties;

export const otherReasonField = {
	displayName: 'Other Reason',
	name: 'otherReason',
	type: 'string',
	default: '',
	required: true,
	displayOptions: { show: { reason: ['other'] } },
	placeholder: 'e.g. abuse',
	description: 'A short name of the reason, as your product and the timeline will show it',
} as const satisfies INodeProperties;

/** Of an order that a flow or a person gives. */
export const orderOptionsField = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [
		{
			displayName: 'As Of',
			name: 'asOf',
			type: 'dateTime',
			default: '',
			description:
				'When the event happened that demands this. An order as of an older event never undoes one as of a newer event, whichever runs last. Without it the order counts as the newest.',
		},
		{
			displayName: 'Until',
			name: 'until',
			type: 'dateTime',
			default: '',
			description: 'When the level is expected to change next, for your product to show',
		},
	],
} as const satisfies INodeProperties;

export const nowField = {
	displayName: 'Now',
	name: 'now',
	type: 'dateTime',
	default: '',
	description:
		'The time to decide by. Leave empty for the present; for people on a Stripe test clock give its time.',
} as const satisfies INodeProperties;
