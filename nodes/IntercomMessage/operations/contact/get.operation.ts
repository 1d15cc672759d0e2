import { findContact } from '../../../../services/intercom/contacts.ts';
import { contactField } from '../../fields.ts';
import { readContactReference } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { toAbsentContactRow, toContactRow } from '../../rows.ts';

export const get = defineOperation({
	value: 'get',
	name: 'Get',
	action: 'Get a contact',
	description: 'Get the contact of an account: who it is and whether it may be written to',
	fields: [contactField],
	async run(params, { intercom }) {
		const reference = readContactReference(params.contact);
		const contact = await findContact(intercom, reference);
		return contact
			? { ...toContactRow(contact), exists: true }
			: { ...toAbsentContactRow(reference), exists: false };
	},
});
