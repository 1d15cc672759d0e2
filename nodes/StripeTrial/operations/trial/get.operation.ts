import { findByReference } from '../../../../services/stripe/subscriptions.ts';
import { readReference } from '../../../input.ts';
import { trialField } from '../../fields-objects.ts';
import { simplifyField } from '../../fields.ts';
import { defineRead } from '../../operation.ts';
import { toTrialResult } from '../../trial-result.ts';

export const get = defineRead({
	value: 'get',
	name: 'Get',
	action: 'Get a trial',
	description:
		'Get one trial: stage, days left, whether a card is on file, and what happens at the end. Changes nothing.',
	fields: [trialField, simplifyField],
	async run({ trial }, services) {
		const found = await findByReference(services.stripe, readReference(trial, 'Trial'));
		return await toTrialResult(found, services);
	},
});
