import { stageOf } from '../../../../lifecycle/stage.ts';
import { findByReference, hasPaid } from '../../../../services/stripe/subscriptions.ts';
import { Failure } from '../../../../services/failure.ts';
import { subscriptionField } from '../../fields.ts';
import { defineOperation } from '../../operation.ts';
import { toTrialRow } from '../../rows.ts';

export const get = defineOperation({
	value: 'get',
	name: 'Get',
	action: 'Get a trial',
	description: 'Get stage, days left, card on file, and what happens at the end of a trial',
	fields: [subscriptionField],
	async run({ trial }, { stripe, clockOf, timeZone }) {
		if (trial === '') {
			throw new Failure('"Trial" is empty', {
				hint: 'Choose one from the list, or give a subscription ID, a customer ID, an account ID or an e-mail.',
			});
		}
		const { subscription, customer } = await findByReference(stripe, trial);
		const now = await clockOf(subscription);
		// Only a trial that is over leaves the question whether anything was paid.
		const facts = {
			hasPaid: subscription.status !== 'trialing' && (await hasPaid(stripe, subscription)),
		};
		return toTrialRow(subscription, customer, {
			stage: stageOf(subscription, facts, now),
			now,
			timeZone,
		});
	},
});
