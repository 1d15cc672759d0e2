import { suppressionReason } from '../../../../lifecycle/consent.ts';
import { Failure } from '../../../../services/failure.ts';
import { findRecipient } from '../../../../services/intercom/contacts.ts';
import { sendMessage, type MessageContent } from '../../../../services/intercom/messages.ts';
import { defineOperation } from '../../operation.ts';
import { toConsent } from '../../rows.ts';

export const send = defineOperation({
	value: 'send',
	name: 'Send',
	action: 'Send a message',
	description:
		'Send an e-mail or an in-app message from a teammate to a contact. Marketing is not sent to people who unsubscribed; such a message comes out as a row with the reason.',
	fields: [
		{
			displayName: 'To',
			name: 'to',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. acct_42 or 6762f0dd1bb69f9f2193bb83',
			description: 'Account ID (external ID) or Intercom contact ID',
		},
		{
			displayName: 'From',
			name: 'adminId',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			description: 'The teammate whom the message comes from; answers reach them',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					typeOptions: { searchListMethod: 'searchAdmins', searchable: true },
				},
				{ displayName: 'By ID', name: 'id', type: 'string', placeholder: 'e.g. 394051' },
			],
		},
		{
			displayName: 'Channel',
			name: 'channel',
			type: 'options',
			default: 'email',
			options: [
				{ name: 'Email', value: 'email' },
				{
					name: 'In-App',
					value: 'inapp',
					description: 'Shown in the Messenger inside your product',
				},
			],
		},
		{
			displayName: 'Subject',
			name: 'subject',
			type: 'string',
			default: '',
			required: true,
			displayOptions: { show: { channel: ['email'] } },
		},
		{
			displayName: 'Message',
			name: 'body',
			type: 'string',
			typeOptions: { rows: 6 },
			default: '',
			required: true,
			description: 'Text or simple HTML',
		},
		{
			displayName: 'Category',
			name: 'category',
			type: 'options',
			default: 'marketing',
			options: [
				{
					name: 'Marketing',
					value: 'marketing',
					description: 'Tips, offers, reminders: not sent to people who unsubscribed',
				},
				{
					name: 'Transactional',
					value: 'transactional',
					description: 'About the account itself: always sent, except by e-mail to a dead mailbox',
				},
			],
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			placeholder: 'Add Option',
			default: {},
			options: [
				{
					displayName: 'Email Style',
					name: 'template',
					type: 'options',
					default: 'personal',
					options: [
						{ name: 'Personal', value: 'personal', description: 'With the picture of the sender' },
						{ name: 'Plain', value: 'plain', description: 'Like an e-mail written by hand' },
					],
				},
			],
		},
	],
	lane: ({ to }) => to,
	async run(params, { intercom }) {
		if (params.to === '')
			throw new Failure('"To" is empty', { hint: 'Give an account ID or a contact ID.' });
		const content = readContent(params);
		const adminId = readAdminId(params.adminId);
		const recipient = await findRecipient(intercom, params.to);
		const who = { accountId: recipient.external_id ?? null, contactId: recipient.id };
		const suppressed = suppressionReason(toConsent(recipient), params.category, content.type);
		if (suppressed) return { sent: false, suppressed, ...who, channel: content.type };

		const message = await sendMessage(intercom, {
			content,
			adminId,
			to: { id: recipient.id, role: recipient.role === 'lead' ? 'lead' : 'user' },
		});
		return {
			sent: true,
			suppressed: null,
			...who,
			channel: content.type,
			messageId: message.id,
			sentAt: new Date(message.created_at * 1000).toISOString(),
		};
	},
});

function readContent(params: {
	readonly channel: 'email' | 'inapp';
	readonly subject: string;
	readonly body: string;
	readonly options: { readonly template?: 'personal' | 'plain' };
}): MessageContent {
	const { channel, subject, body, options } = params;
	if (body === '') throw new Failure('"Message" is empty');
	if (channel === 'inapp') return { type: 'inapp', body };
	if (subject === '') throw new Failure('"Subject" is empty');
	return { type: 'email', subject, body, template: options.template ?? 'personal' };
}

function readAdminId(value: string): number {
	if (/^\d+$/.test(value)) return Number(value);
	throw new Failure('"From" is not a teammate', { hint: 'Choose one from the list.' });
}
