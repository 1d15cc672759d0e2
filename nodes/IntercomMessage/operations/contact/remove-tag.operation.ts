import { findRecipient } from '../../../../services/intercom/contacts.ts';
import { removeTag as remove } from '../../../../services/intercom/tags.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { contactField, tagField } from '../../fields.ts';
import { readContactReference, readText } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { tellOfContact } from '../../tell.ts';

export const removeTag = defineOperation({
	value: 'removeTag',
	name: 'Remove Tag',
	action: 'Remove a tag from a contact',
	description: 'Take a tag off a contact; one that it does not have is no error',
	fields: [contactField, tagField, modeField, workspaceField],
	lane: ({ contact }) => contact,
	async run(params, services) {
		const { intercom } = services;
		const name = readText(params.tag, 'Tag');
		const contact = await findRecipient(intercom, readContactReference(params.contact));
		const removed = await remove(intercom, contact.id, name);
		const warning = removed
			? await tellOfContact(services, params, contact, {
					kind: 'tag_removed',
					data: { contactId: contact.id, tag: removed.name },
				})
			: {};
		return {
			accountId: contact.external_id ?? null,
			contactId: contact.id,
			tag: name,
			removed: removed !== undefined,
			...warning,
		};
	},
});
