import type { INodeProperties } from 'n8n-workflow';
import { pairsField } from '../pairs-field.ts';
import { priceField, productFilterField } from '../StripeTrial/fields-objects.ts';
import { testModeOnlyField } from '../StripeTrial/fields.ts';
import { workspaceField } from '../store-fields.ts';
import { attemptsField, batchSizeField } from '../trigger-options.ts';

export const properties: INodeProperties[] = [
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		noDataExpression: true,
		default: ['trial_started', 'trial_converted', 'trial_lapsed'],
		description: 'What to react to. Each chosen event gets an output of its own, in this order.',
		options: [
			{
				name: 'Cancellation Scheduled',
				value: 'cancellation_scheduled',
				description:
					'A customer asked to leave at the end of the trial or period, with their reason',
			},
			{
				name: 'Cancellation Undone',
				value: 'cancellation_undone',
				description: 'A customer who had asked to leave stays',
			},
			{
				name: 'Checkout Abandoned',
				value: 'checkout_abandoned',
				description: 'A payment page expired without having been completed',
			},
			{
				name: 'Payment Action Required',
				value: 'payment_action_required',
				description: "The customer's bank asks for a confirmation",
			},
			{
				name: 'Payment Failed',
				value: 'payment_failed',
				description: 'A payment was refused, with attempt, next attempt and decline code',
			},
			{
				name: 'Payment Given Up',
				value: 'payment_given_up',
				description:
					'Stripe has made its last attempt, and the subscription stays, unpaid or paused',
			},
			{
				name: 'Payment Method Added',
				value: 'payment_method_added',
				description: 'A customer has a payment method for the first time, by whatever way',
			},
			{
				name: 'Payment Recovered',
				value: 'payment_recovered',
				description: 'A payment came in after it had failed',
			},
			{
				name: 'Plan Changed',
				value: 'plan_changed',
				description: 'A subscription moved to another price',
			},
			{
				name: 'Subscription Canceled',
				value: 'subscription_canceled',
				description: 'A subscription ended after at least one payment',
			},
			{
				name: 'Subscription Resumed',
				value: 'subscription_resumed',
				description: 'A paused subscription goes on, or a former customer has a new one',
			},
			{
				name: 'Trial Converted',
				value: 'trial_converted',
				description: 'The first invoice for time after the trial was paid',
			},
			{
				name: 'Trial Ending',
				value: 'trial_ending',
				description: 'A trial that is still running and not canceled ends within three days',
			},
			{
				name: 'Trial Extended',
				value: 'trial_extended',
				description: 'The end of a trial moved later',
			},
			{
				name: 'Trial Lapsed',
				value: 'trial_lapsed',
				description: 'A trial ended without a payment, with the reason',
			},
			{
				name: 'Trial Started',
				value: 'trial_started',
				description: 'A subscription started with a trial',
			},
		],
	},
	{
		displayName: 'Polling Only',
		name: 'pollingOnly',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description:
			'Whether to fetch events from Stripe instead of letting Stripe send them. Needed where n8n has no public address; otherwise events come at once, and only what was missed is fetched.',
	},
	workspaceField,
	testModeOnlyField,
	{
		displayName: 'Filters',
		name: 'filters',
		type: 'collection',
		placeholder: 'Add Filter',
		default: {},
		description:
			'Which subscriptions to watch. Without one, the newest living subscription of a customer speaks for the account; with one, the newest that passes.',
		options: [
			{ ...pairsField, description: 'What the metadata of the subscription must hold' },
			{
				displayName: 'Prices',
				name: 'prices',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add Price',
				default: {},
				description: 'Only subscriptions to one of these prices',
				options: [
					{
						displayName: 'Price',
						name: 'price',
						values: [{ ...priceField, description: 'What is subscribed to' }],
					},
				],
			},
			{
				displayName: 'Products',
				name: 'products',
				type: 'fixedCollection',
				typeOptions: { multipleValues: true },
				placeholder: 'Add Product',
				default: {},
				description: 'Only subscriptions to one of these products, at whatever price',
				options: [
					{
						displayName: 'Product',
						name: 'product',
						values: [
							{ ...productFilterField, required: true, description: 'What is subscribed to' },
						],
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
			attemptsField,
			{
				...batchSizeField,
				description: 'How many Stripe events one execution handles at most',
			},
			{
				displayName: 'Drop Overtaken Events',
				name: 'dropStale',
				type: 'boolean',
				default: false,
				description:
					'Whether to leave out what the present state has overtaken, such as a failed payment that has been paid since. Otherwise it comes with "stale" set to true.',
			},
			{
				displayName: 'Poll Interval (Minutes)',
				name: 'pullMinutes',
				type: 'number',
				typeOptions: { minValue: 0.05, numberPrecision: 2 },
				default: 1,
				description:
					'How often to ask Stripe for events. Triggers on one Stripe account ask together.',
			},
			{
				displayName: 'Stripe Events',
				name: 'stripeEvents',
				type: 'string',
				default: '',
				placeholder: 'e.g. invoice.finalized, customer.deleted',
				description:
					"Stripe's own events, separated by commas. They come on one more output, as Stripe sent them.",
			},
		],
	},
];
