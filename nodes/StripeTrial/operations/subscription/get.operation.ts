import { findByReference } from '../../../../services/stripe/subscriptions.ts';
import { readReference } from '../../../input.ts';
import { subscriptionField } from '../../fields-objects.ts';
import { simplifyField } from '../../fields.ts';
import { defineRead } from '../../operation.ts';
import { toSubscriptionRow } from '../../rows.ts';

export const get = defineRead({
	value: 'get',
	name: 'Get',
	action: 'Get a subscription',
	description:
		'Get one subscription: status, plans, price, end of the period, scheduled cancellation, pause. By account ID, customer ID or e-mail it is the one that counts for that account. Changes nothing.',
	fields: [subscriptionField, simplifyField],
	async run({ subscription }, { stripe }) {
		const found = await findByReference(stripe, readReference(subscription, 'Subscription'));
		return { row: toSubscriptionRow(found), raw: found.raw };
	},
});
