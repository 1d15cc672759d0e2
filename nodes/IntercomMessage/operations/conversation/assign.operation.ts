import { readId } from '../../../input.ts';
import { modeField, workspaceField } from '../../../store-fields.ts';
import { assigneeField, conversationField, fromField } from '../../fields.ts';
import { readAdminId } from '../../input.ts';
import { defineOperation } from '../../operation.ts';
import { tellOfContact } from '../../tell.ts';

export const assign = defineOperation({
	value: 'assign',
	name: 'Assign',
	action: 'Assign a conversation',
	description: 'Give a conversation to a teammate; one who has it already keeps it',
	fields: [
		conversationField,
		assigneeField,
		{
			...fromField,
			displayName: 'Assigned By',
			description: 'The teammate in whose name it is assigned',
		},
		modeField,
		workspaceField,
	],
	lane: ({ conversationId }) => conversationId,
	async run(params, services) {
		const { intercom } = services;
		const conversationId = readId(params.conversationId, 'Conversation ID');
		const assigneeId = readAdminId(params.assigneeId, 'Assign To');
		const adminId = readAdminId(params.adminId, 'Assigned By');
		const before = await intercom.conversations.find({ conversation_id: conversationId });
		const assigned = before.admin_assignee_id !== assigneeId;
		let warning = {};
		if (assigned) {
			await intercom.conversations.manage({
				conversation_id: conversationId,
				body: {
					message_type: 'assignment',
					type: 'admin',
					admin_id: String(adminId),
					assignee_id: String(assigneeId),
				},
			});
			const [contact = {}] = before.contacts?.contacts ?? [];
			warning = await tellOfContact(services, params, contact, {
				kind: 'conversation_assigned',
				data: { conversationId, assigneeId: String(assigneeId) },
			});
		}
		return { conversationId, assigneeId: String(assigneeId), assigned, ...warning };
	},
});
