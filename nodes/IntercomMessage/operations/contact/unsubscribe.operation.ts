import { unsubscribedKey } from '../../../../lifecycle/contact-events.ts';
import { findRecipient } from '../../../../services/intercom/contacts.ts';
import {
	unsubscribeFrom,
	unsubscribeFromAll,
} from '../../../../services/intercom/subscriptions.ts';
import { readId } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { contactField } from '../../fields.ts';
import { readContactReference } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { toConsent } from '../../rows.ts';

export const unsubscribe = defineOperation({
	value: 'unsubscribe',
	name: 'Unsubscribe',
	action: 'Unsubscribe a contact',
	description: 'Stop all marketing e-mail to a contact, or one kind of message',
	fields: [
		contactField,
		{
			displayName: 'From',
			name: 'from',
			type: 'options',
			default: 'all',
			options: [
				{ name: 'All Marketing', value: 'all' },
				{
					name: 'One Subscription Type',
					value: 'type',
					description: 'One kind of message, as set up in Intercom',
				},
			],
		},
		{
			displayName: 'Subscription Type',
			name: 'subscriptionType',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			displayOptions: { show: { from: ['type'] } },
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					typeOptions: { searchListMethod: 'searchSubscriptionTypes', searchable: true },
				},
				{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 137' },
			],
		},
		modeField,
		workspaceField,
	],
	lane: ({ contact }) => contact,
	async run(params, { intercom, now, journal }) {
		const typeId =
			params.from === 'all' ? null : readId(params.subscriptionType, 'Subscription Type');
		const contact = await findRecipient(intercom, readContactReference(params.contact));
		if (typeId !== null) await unsubscribeFrom(intercom, contact.id, typeId);
		const consent = toConsent(
			typeId === null ? await unsubscribeFromAll(intercom, contact.id) : contact,
		);
		const { id: contactId, external_id: accountId = null } = contact;
		const warning = accountId
			? await journal.tell(params, {
					accountId,
					facts: { accountId, at: now(), contactId, consent },
					event: {
						kind: 'unsubscribed',
						key: unsubscribedKey(contactId, typeId ?? 'all', now()),
						at: now(),
						data: { subscriptionTypeId: typeId },
					},
				})
			: {};
		return { accountId, contactId, unsubscribedFrom: typeId ?? 'all', ...consent, ...warning };
	},
});
