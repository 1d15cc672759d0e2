import { canonicalEmail } from '../../../../lifecycle/email.ts';
import { startTrial } from '../../../../services/stripe/start-trial.ts';
import {
	readEmail,
	readId,
	readInstant,
	readOptionalAccountId,
	readPairs,
} from '../../../input.ts';
import { workspaceField } from '../../../store-fields.ts';
import {
	accountIdField,
	emailField,
	languageField,
	metadataField,
	nameField,
	phoneField,
	priceField,
} from '../../fields.ts';
import { defineOperation } from '../../operation.ts';
import { toTrialRow } from '../../rows.ts';
import { trialsOfErased } from '../../trials-elsewhere.ts';

export const start = defineOperation({
	value: 'start',
	name: 'Start',
	action: 'Start a trial',
	description:
		'Create the customer if needed and start a trial without a card. Run again, it returns the same trial. Refuses a second trial.',
	fields: [
		emailField,
		accountIdField,
		priceField,
		{
			displayName: 'Trial Length',
			name: 'lengthBy',
			type: 'options',
			default: 'days',
			options: [
				{ name: 'Number of Days', value: 'days' },
				{ name: 'Until a Date', value: 'date' },
			],
		},
		{
			displayName: 'Days',
			name: 'trialDays',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 730 },
			default: 14,
			displayOptions: { show: { lengthBy: ['days'] } },
			description: 'How many days the trial lasts, 1 to 730',
		},
		{
			displayName: 'End Date',
			name: 'trialEndsAt',
			type: 'dateTime',
			default: '',
			displayOptions: { show: { lengthBy: ['date'] } },
			description: "When the trial ends, in the workflow's time zone",
		},
		{
			displayName: 'At the End Without a Card',
			name: 'withoutPaymentMethod',
			type: 'options',
			default: 'pause',
			options: [
				{
					name: 'Cancel the Subscription',
					value: 'cancel',
					description: 'Coming back means a new subscription',
				},
				{
					name: 'Pause the Subscription',
					value: 'pause',
					description: 'The same subscription goes on when a card is added',
				},
				{
					name: 'Send an Invoice',
					value: 'create_invoice',
					description: 'The subscription becomes past due until it is paid',
				},
			],
			description: 'What Stripe does when the trial ends and no card was added',
		},
		{
			displayName: 'Additional Fields',
			name: 'additionalFields',
			type: 'collection',
			placeholder: 'Add Field',
			default: {},
			options: [
				{
					displayName: 'Allow Another Trial',
					name: 'overrideReason',
					type: 'string',
					default: '',
					placeholder: 'e.g. agreed with sales',
					description:
						'Your reason to give a trial to somebody who already had one. Never opens a second subscription beside a live one.',
				},
				languageField,
				nameField,
				phoneField,
				{
					displayName: 'Quantity',
					name: 'quantity',
					type: 'number',
					typeOptions: { minValue: 1 },
					default: 1,
					description: 'How many units or seats',
				},
				{
					displayName: 'Test Clock',
					name: 'testClockId',
					type: 'string',
					default: '',
					placeholder: 'e.g. clock_...',
					description: 'Puts a new customer on this test clock. Test mode only.',
				},
			],
		},
		metadataField,
		workspaceField,
	],
	lane: ({ email }) => canonicalEmail(email),
	async run(params, { stripe, clockOf, now, timeZone, mode, store, journal }) {
		const { overrideReason, quantity = 1, ...details } = params.additionalFields;
		const partition = { workspace: params.workspace, mode };
		const email = readEmail(params.email);
		const { subscription, customer, accountId, isNew } = await startTrial(
			stripe,
			{
				person: {
					accountId: readOptionalAccountId(params.accountId),
					email,
				},
				details,
				priceId: readId(params.priceId, 'Price'),
				quantity,
				length:
					params.lengthBy === 'days'
						? { days: params.trialDays }
						: { endsAt: readInstant(params.trialEndsAt, 'End Date', timeZone) },
				withoutPaymentMethod: params.withoutPaymentMethod,
				metadata: readPairs(params.metadata.entry),
				overrideReason: overrideReason || null,
				trialsElsewhere: await trialsOfErased(store, partition, email),
			},
			now(),
		);
		const warning = await journal.tell(partition, {
			accountId,
			facts: {
				accountId,
				at: now(),
				email: customer.email,
				name: customer.name ?? null,
				customerId: customer.id,
				subscription,
				signedUpAt: subscription.createdAt,
			},
			event: {
				kind: 'trial_started',
				key: `trial_started/${subscription.id}`,
				at: subscription.createdAt,
				data: { subscriptionId: subscription.id, trialEndsAt: subscription.trial?.endsAt },
			},
		});
		const moment = { stage: 'trialing', now: await clockOf(subscription), timeZone } as const;
		return { ...toTrialRow(subscription, customer, moment), isNew, ...warning };
	},
});
