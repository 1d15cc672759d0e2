import { suppressionReason } from '../../../../lifecycle/consent.ts';
import { Failure } from '../../../../services/failure.ts';
import { findRecipient } from '../../../../services/intercom/contacts.ts';
import { sendMessage, type MessageContent } from '../../../../services/intercom/messages.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { defineOperation } from '../../operation.ts';
import { toConsent } from '../../rows.ts';
import { sendOnce } from '../../send-once.ts';

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
			displayName: 'Send-Once Key',
			name: 'sendOnceKey',
			type: 'string',
			default: '',
			placeholder: 'e.g. welcome/{{ $json.subscriptionId }}',
			description:
				'Identity of this message for this person. Whatever runs, repeats or fails, a message with the same key goes out once. Empty: it goes out every time.',
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
		modeField,
		workspaceField,
	],
	lane: ({ to }) => to,
	async run(params, services) {
		const { intercom, journal } = services;
		if (params.to === '') {
			throw new Failure('"To" is empty', { hint: 'Give an account ID or a contact ID.' });
		}
		const content = readContent(params);
		const adminId = readAdminId(params.adminId);
		const recipient = await findRecipient(intercom, params.to);
		const { id: contactId, external_id: accountId = null } = recipient;
		const row = { accountId, contactId, channel: content.type };

		const result = await sendOnce(services, {
			partition: params,
			key: params.sendOnceKey,
			accountId: accountId ?? contactId,
			channel: content.type,
			category: params.category,
			suppressed: suppressionReason(toConsent(recipient), params.category, content.type),
			send: async () =>
				await sendMessage(intercom, {
					content,
					adminId,
					to: { id: contactId, role: recipient.role === 'lead' ? 'lead' : 'user' },
				}),
		});
		if ('suppressed' in result) return { sent: false, suppressed: result.suppressed, ...row };

		const { message, ...settled } = result;
		const sentAt = new Date(message.created_at * 1000);
		const warning = await journal.tell(params, {
			accountId: accountId ?? contactId,
			event: {
				kind: 'message_sent',
				key: `message_sent/${message.id}`,
				at: sentAt,
				data: { channel: content.type, category: params.category, sendOnceKey: params.sendOnceKey },
			},
		});
		return {
			sent: true,
			suppressed: null,
			...row,
			messageId: message.id,
			sentAt: sentAt.toISOString(),
			...settled,
			...warning,
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
