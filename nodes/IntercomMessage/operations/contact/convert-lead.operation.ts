import { convertLead as convert } from '../../../../services/intercom/convert-lead.ts';
import { readAccountId, readId } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { defineOperation } from '../../operation.ts';
import { toConsent, toContactRow } from '../../rows.ts';

export const convertLead = defineOperation({
	value: 'convertLead',
	name: 'Convert Lead',
	action: 'Convert a lead into a user',
	description:
		'Make a lead the user of an account, or part of the user that the account has, with all its conversations',
	fields: [
		{
			displayName: 'Lead',
			name: 'lead',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. 6762f0dd1bb69f9f2193bb83',
			description: 'Contact ID of the lead',
		},
		{
			displayName: 'Account ID',
			name: 'accountId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. acct_42',
			description: "Your product's own ID of the account that the lead belongs to now",
		},
		modeField,
		workspaceField,
	],
	lane: ({ accountId }) => accountId,
	async run(params, { intercom, now, journal }) {
		const accountId = readAccountId(params.accountId);
		const { contact, isNew } = await convert(intercom, readId(params.lead, 'Lead'), accountId);
		const warning = await journal.tell(params, {
			accountId,
			facts: {
				accountId,
				at: now(),
				email: contact.email ?? null,
				name: contact.name ?? null,
				contactId: contact.id,
				consent: toConsent(contact),
			},
			event: {
				kind: 'lead_converted',
				key: `lead_converted/${params.lead}`,
				at: now(),
				data: { contactId: contact.id },
			},
		});
		return { ...toContactRow(contact), converted: isNew, ...warning };
	},
});
