import { Failure } from '../../../../services/failure.ts';
import { cancelSubscription } from '../../../../services/stripe/cancel-subscription.ts';
import type { Found } from '../../../../services/stripe/subscriptions.ts';
import { readReference } from '../../../input.ts';
import { cancellationCommentField, cancellationReasonField } from '../../fields-billing.ts';
import { trialField } from '../../fields-objects.ts';
import { simplifyField } from '../../fields.ts';
import { changeAlone } from '../../change-alone.ts';
import { cancellationDeed } from '../../deeds.ts';
import { defineWrite } from '../../operation.ts';
import { toTrialResult } from '../../trial-result.ts';
import { tellStore } from '../../write-through.ts';

export const cancel = defineWrite({
	value: 'cancel',
	name: 'Cancel',
	action: 'Cancel a trial',
	description:
		'End a trial without charging, at its end (can be undone by Subscription > Reactivate) or at once (DESTRUCTIVE: cannot be undone). Refuses once the trial has become a paid subscription. Run again, it changes nothing.',
	fields: [
		trialField,
		{
			displayName: 'When',
			name: 'when',
			type: 'options',
			default: 'at_end',
			options: [
				{
					name: 'At the End of the Trial',
					value: 'at_end',
					description: 'The customer keeps the trial until then, and is never charged',
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
			options: [cancellationCommentField, cancellationReasonField],
		},
		simplifyField,
	],
	lane: ({ trial }) => trial,
	async run({ trial, when, options, workspace }, services) {
		const { stripe } = services;
		const reference = readReference(trial, 'Trial');
		return await changeAlone(services, workspace, reference, async (found) => {
			refuseCustomers(found);
			const canceled = await cancelSubscription(stripe, found, {
				when,
				feedback: options.feedback ?? null,
				comment: options.comment || null,
			});
			const { raw, changed } = canceled;
			const deed = await cancellationDeed(stripe, found, canceled);
			const warning = await tellStore(services, workspace, raw, deed);
			const { row } = await toTrialResult(canceled, services);
			return { row: { ...row, changed, ...warning }, raw };
		});
	},
});

/** Between the decision to cancel a trial and this call, the trial may have turned into a customer. */
function refuseCustomers({ subscription: { id, status } }: Found) {
	if (status !== 'active' && status !== 'past_due' && status !== 'unpaid') return;
	throw new Failure(`${id} is not a trial any more: it is ${status}`, {
		code: 'no_trial',
		hint: 'If this customer shall lose the subscription, use Subscription > Cancel.',
	});
}
