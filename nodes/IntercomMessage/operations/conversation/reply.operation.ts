import { readId } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { conversationField, fromField, sendOnceKeyField } from '../../fields.ts';
import { readAdminId, readText } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { sendOnce } from '../../send-once.ts';

export const reply = defineOperation({
	value: 'reply',
	name: 'Reply',
	action: 'Reply to a conversation',
	description: 'Answer in a conversation, or leave a note in it that only your team sees',
	fields: [
		conversationField,
		fromField,
		{
			displayName: 'Kind',
			name: 'kind',
			type: 'options',
			default: 'comment',
			options: [
				{ name: 'Answer', value: 'comment', description: 'The contact gets it' },
				{ name: 'Note', value: 'note', description: 'Only your team sees it' },
			],
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
		sendOnceKeyField,
		modeField,
		workspaceField,
	],
	lane: ({ conversationId }) => conversationId,
	async run(params, services) {
		const { intercom, journal, now } = services;
		const conversationId = readId(params.conversationId, 'Conversation ID');
		const adminId = String(readAdminId(params.adminId, 'From'));
		const body = readText(params.body, 'Message');
		const { contacts } = await intercom.conversations.find({ conversation_id: conversationId });
		const [contact] = contacts?.contacts ?? [];
		const accountId = contact?.external_id ?? null;
		const result = await sendOnce(services, {
			partition: params,
			key: params.sendOnceKey && `reply/${params.sendOnceKey}`,
			accountId: accountId ?? contact?.id ?? conversationId,
			channel: 'conversation',
			category: 'transactional',
			suppressed: null,
			send: async () =>
				await intercom.conversations.reply({
					conversation_id: conversationId,
					body: { type: 'admin', message_type: params.kind, admin_id: adminId, body },
				}),
		});
		if ('suppressed' in result) {
			return { sent: false, suppressed: result.suppressed, accountId, conversationId };
		}
		const { message: conversation, ...settled } = result;
		const warning = accountId
			? await journal.tell(params, {
					accountId,
					event: {
						kind: 'conversation_replied',
						at: now(),
						data: { conversationId, kind: params.kind, sendOnceKey: params.sendOnceKey },
					},
				})
			: {};
		return {
			sent: true,
			suppressed: null,
			accountId,
			conversationId,
			state: conversation.state ?? null,
			...settled,
			...warning,
		};
	},
});
