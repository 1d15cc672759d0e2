import { findContact } from '../../../../services/intercom/contacts.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { contactField } from '../../fields.ts';
import { readContactReference } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { toAbsentContactRow } from '../../rows.ts';

export const archive = defineOperation({
	value: 'archive',
	name: 'Archive',
	action: 'Archive a contact',
	description:
		'Put a contact away: it gets no messages and is not found any more. Create or Update brings it back.',
	fields: [contactField, modeField, workspaceField],
	lane: ({ contact }) => contact,
	async run(params, { intercom, now, journal }) {
		const reference = readContactReference(params.contact);
		const contact = await findContact(intercom, reference);
		// Intercom does not tell an archived contact from one that never was.
		if (!contact) return { ...toAbsentContactRow(reference), archived: false };
		await intercom.contacts.archive({ contact_id: contact.id });
		const { id: contactId, external_id: accountId = null } = contact;
		const warning = accountId
			? await journal.tell(params, {
					accountId,
					event: { kind: 'contact_archived', at: now(), data: { contactId } },
				})
			: {};
		return { accountId, contactId, archived: true, ...warning };
	},
});
