import { cancelSubscription } from '../../../../services/stripe/cancel-subscription.ts';
import { readReference } from '../../../input.ts';
import { changeAlone } from '../../change-alone.ts';
import { cancellationDeed } from '../../deeds.ts';
import { cancellationCommentField, cancellationReasonField } from '../../fields-billing.ts';
import { subscriptionField } from '../../fields-objects.ts';
import { simplifyField } from '../../fields.ts';
import { defineWrite } from '../../operation.ts';
import { toSubscriptionRow } from '../../rows.ts';
import { tellStore } from '../../write-through.ts';

export const cancel = defineWrite({
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel a subscription',
	description:
		'End a subscription, at the end of what is paid for (can be undone by Reactivate until then) or at once (DESTRUCTIVE: an ended subscription never comes back, and access to it is lost). Nothing is refunded unless asked for. Run again, it changes nothing.',
	fields: [
		subscriptionField,
		{
			displayName: 'When',
			name: 'when',
			type: 'options',
			default: 'at_end',
			options: [
				{
					name: 'At the End of the Period',
					value: 'at_end',
					description: 'The customer keeps what is paid for',
				},
				{ name: 'Now', value: 'now', description: 'For good' },
			],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				cancellationCommentField,
				{
					displayName: 'Credit Unused Time',
					name: 'prorate',
					type: 'boolean',
					default: false,
					description:
						'Whether to credit the customer for the time that is paid for and not used. Only when it ends now.',
				},
				{
					displayName: 'Invoice Now',
					name: 'invoiceNow',
					type: 'boolean',
					default: false,
					description:
						'Whether to bill at once what is not billed yet, such as usage and credits. Only when it ends now.',
				},
				cancellationReasonField,
			],
		},
		simplifyField,
	],
	lane: ({ subscription }) => subscription,
	async run({ subscription, when, options, workspace }, services) {
		const { stripe } = services;
		const { feedback = null, comment, invoiceNow = false, prorate = false } = options;
		const reference = readReference(subscription, 'Subscription');
		return await changeAlone(services, workspace, reference, async (found) => {
			const canceled = await cancelSubscription(stripe, found, {
				...{ when, feedback, comment: comment || null, invoiceNow, prorate },
			});
			const { raw, changed } = canceled;
			const deed = await cancellationDeed(stripe, found, canceled);
			const warning = await tellStore(services, workspace, raw, deed);
			return { row: { ...toSubscriptionRow(canceled), changed, ...warning }, raw };
		});
	},
});
