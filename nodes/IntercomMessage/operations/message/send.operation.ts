import { suppressionReason } from '../../../../lifecycle/consent.ts';
import { findRecipient, hasRepliedSince } from '../../../../services/intercom/contacts.ts';
import { sendMessage } from '../../../../services/intercom/messages.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { readContent } from '../../content.ts';
import {
	bodyField,
	contentField,
	defaultLanguageField,
	languageField,
	mergeFieldsField,
	subjectField,
	textsField,
} from '../../content-fields.ts';
import { readOptionalInstant } from '../../../input.ts';
import { fromField, sendOnceKeyField, toField } from '../../fields.ts';
import { readAdminId, readContactReference } from '../../input.ts';
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
		toField,
		fromField,
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
		contentField,
		subjectField,
		bodyField,
		textsField,
		mergeFieldsField,
		defaultLanguageField,
		languageField,
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
		sendOnceKeyField,
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
				{
					displayName: 'Stop If Replied Since',
					name: 'stopIfRepliedSince',
					type: 'dateTime',
					default: '',
					description:
						'Who has written to you after this moment does not get the message, whatever its category. Usually the moment that the journey counts from.',
				},
			],
		},
		modeField,
		workspaceField,
	],
	lane: ({ to }) => to,
	async run(params, services) {
		const { intercom, journal } = services;
		const to = readContactReference(params.to, 'To');
		const adminId = readAdminId(params.adminId, 'From');
		const contentFor = readContent(params);
		const repliedSince = readOptionalInstant(
			params.options.stopIfRepliedSince,
			'Stop If Replied Since',
			services.timeZone,
		);
		const recipient = await findRecipient(intercom, to);
		const { id: contactId, external_id: accountId = null } = recipient;
		const { content, language } = contentFor(recipient);
		const row = { accountId, contactId, channel: content.type, language };

		const result = await sendOnce(services, {
			partition: params,
			key: params.sendOnceKey,
			accountId: accountId ?? contactId,
			channel: content.type,
			category: params.category,
			suppressed:
				suppressionReason(toConsent(recipient), params.category, content.type) ??
				(hasRepliedSince(recipient, repliedSince) ? 'replied' : null),
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
