import { findRecipient } from '../../../../services/intercom/contacts.ts';
import { addTag as add } from '../../../../services/intercom/tags.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { contactField, tagField } from '../../fields.ts';
import { readContactReference, readText } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { tellOfContact } from '../../tell.ts';

export const addTag = defineOperation({
	value: 'addTag',
	name: 'Add Tag',
	action: 'Add a tag to a contact',
	description: 'Tag a contact by the name of the tag, which is made if it is new',
	fields: [contactField, tagField, modeField, workspaceField],
	lane: ({ contact }) => contact,
	async run(params, services) {
		const { intercom } = services;
		const name = readText(params.tag, 'Tag');
		const contact = await findRecipient(intercom, readContactReference(params.contact));
		const { tag, isNew } = await add(intercom, contact, name);
		const warning = isNew
			? await tellOfContact(services, params, contact, {
					kind: 'tag_added',
					data: { contactId: contact.id, tag: tag.name },
				})
			: {};
		return {
			accountId: contact.external_id ?? null,
			contactId: contact.id,
			tag: tag.name,
			tagId: tag.id,
			...warning,
		};
	},
});
