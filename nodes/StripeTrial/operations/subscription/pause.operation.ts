import {
	pauseCollection,
	pauseSubscription,
} from '../../../../services/stripe/pause-subscription.ts';
import { readInstant, readReference } from '../../../input.ts';
import { subscriptionField } from '../../fields-objects.ts';
import { simplifyField } from '../../fields.ts';
import { changeAlone } from '../../change-alone.ts';
import { ownDeed } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { toSubscriptionRow } from '../../rows.ts';
import { tellStore } from '../../write-through.ts';

export const pause = defineWrite({
	value: 'pause',
	name: 'Pause',
	action: 'Pause a subscription',
	description:
		'Pause a subscription as a whole (no service, no invoices), or only the collection of payments (service goes on). Subscription > Reactivate ends either. Run again, it changes nothing.',
	fields: [
		subscriptionField,
		{
			displayName: 'Pause',
			name: 'what',
			type: 'options',
			default: 'subscription',
			options: [
				{
					name: 'The Collection of Payments',
					value: 'collection',
					description: 'The subscription stays active; its invoices are not collected',
				},
				{
					name: 'The Subscription',
					value: 'subscription',
					description: 'It stops until it is resumed. Needs flexible billing mode.',
				},
			],
		},
		{
			displayName: 'Credit Unused Time',
			name: 'creditUnusedTime',
			type: 'boolean',
			default: false,
			displayOptions: { show: { what: ['subscription'] } },
			description: 'Whether to credit the time that is paid for and not used, on the next invoice',
		},
		{
			displayName: 'Invoices Meanwhile',
			name: 'invoices',
			type: 'options',
			default: 'void',
			displayOptions: { show: { what: ['collection'] } },
			options: [
				{
					name: 'Keep as Drafts',
					value: 'keep_as_draft',
					description: 'Free now, to be billed later',
				},
				{
					name: 'Mark as Uncollectible',
					value: 'mark_uncollectible',
					description: 'Service is offered for free, and the books show it',
				},
				{ name: 'Void', value: 'void', description: 'Nothing is owed for that time' },
			],
			description: 'What becomes of the invoices of that time',
		},
		{
			displayName: 'Resume At',
			name: 'resumesAt',
			type: 'dateTime',
			default: '',
			displayOptions: { show: { what: ['collection'] } },
			description:
				"When to collect again, in the workflow's time zone. Leave empty to resume it by Reactivate.",
		},
		simplifyField,
	],
	lane: ({ subscription }) => subscription,
	async run(params, services) {
		const { stripe, timeZone } = services;
		const { what, resumesAt, workspace } = params;
		const reference = readReference(params.subscription, 'Subscription');
		return await changeAlone(services, workspace, reference, async (found) => {
			const paused =
				what === 'subscription'
					? await pauseSubscription(stripe, found, { creditsUnusedTime: params.creditUnusedTime })
					: await pauseCollection(stripe, found, {
							invoices: params.invoices,
							resumesAt: resumesAt === '' ? null : readInstant(resumesAt, 'Resume At', timeZone),
						});
			const { raw, changed } = paused;
			const deed = changed ? ownDeed(`${what}_paused`, paused) : null;
			const warning = await tellStore(services, workspace, raw, deed);
			return { row: { ...toSubscriptionRow(paused), changed, ...warning }, raw };
		});
	},
});
