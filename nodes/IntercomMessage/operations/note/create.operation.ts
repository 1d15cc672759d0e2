import { findRecipient } from '../../../../services/intercom/contacts.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { contactField, fromField } from '../../fields.ts';
import { readAdminId, readContactReference, readText } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { sendOnce } from '../../send-once.ts';

export const create = defineOperation({
	value: 'create',
	name: 'Create',
	action: 'Create a note',
	description: 'Leave a note on a contact for your team; the contact does not see it',
	fields: [
		contactField,
		{
			...fromField,
			displayName: 'Author',
			description: 'The teammate in whose name the note is written',
		},
		{
			displayName: 'Note',
			name: 'body',
			type: 'string',
			typeOptions: { rows: 4 },
			default: '',
			required: true,
			description: 'Text or simple HTML',
		},
		{
			displayName: 'Note Key',
			name: 'noteKey',
			type: 'string',
			default: '',
			placeholder: 'e.g. survey/{{ $json.subscriptionId }}',
			description:
				'Identity of this note. Whatever repeats, one with the same key is written once. Empty: it is written every time.',
		},
		modeField,
		workspaceField,
	],
	lane: ({ contact }) => contact,
	async run(params, services) {
		const { intercom, journal, now } = services;
		const body = readText(params.body, 'Note');
		const adminId = String(readAdminId(params.adminId, 'Author'));
		const contact = await findRecipient(intercom, readContactReference(params.contact));
		const { id: contactId, external_id: accountId = null } = contact;
		const result = await sendOnce(services, {
			partition: params,
			key: params.noteKey && `note/${params.noteKey}`,
			accountId: accountId ?? contactId,
			channel: 'note',
			category: 'transactional',
			suppressed: null,
			send: async () =>
				await intercom.notes.create({ contact_id: contactId, body, admin_id: adminId }),
		});
		if ('suppressed' in result) {
			return { created: false, suppressed: result.suppressed, accountId, contactId };
		}
		const { message: note, ...settled } = result;
		const warning = accountId
			? await journal.tell(params, {
					accountId,
					event: { kind: 'note_created', key: `note_created/${note.id}`, at: now() },
				})
			: {};
		const row = { created: true, suppressed: null, accountId, contactId, noteId: note.id };
		return { ...row, ...settled, ...warning };
	},
});
