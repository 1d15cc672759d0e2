import type { Author, Conversation, ConversationPart, Workspace } from '../state/workspace.ts';

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations */
export function toConversation(workspace: Workspace, conversation: Conversation) {
	const { parts } = conversation;
	return {
		...toListed(workspace, conversation),
		conversation_parts: {
			type: 'conversation_part.list',
			conversation_parts: parts.map((part) => toPart(workspace, part)),
			total_count: parts.length,
		},
	};
}

/** In lists and search results the parts are left out. */
export function toListed(workspace: Workspace, conversation: Conversation) {
	const { id, source, parts } = conversation;
	const contact = workspace.contacts.table.get(conversation.contactId);
	const firstReply = parts.find(({ author }) => author.type !== 'admin');
	return {
		type: 'conversation',
		id,
		title: conversation.title,
		created_at: conversation.createdAt,
		updated_at: conversation.updatedAt,
		waiting_since: conversation.waitingSince,
		snoozed_until: conversation.snoozedUntil,
		open: conversation.state !== 'closed',
		state: conversation.state,
		read: conversation.isRead,
		priority: 'not_priority',
		admin_assignee_id:
			conversation.adminAssigneeId === null ? null : Number(conversation.adminAssigneeId),
		team_assignee_id: conversation.teamAssigneeId,
		company_id: conversation.companyId,
		tags: {
			type: 'tag.list',
			tags: conversation.tags.map(({ id: tagId, appliedAt, adminId }) => ({
				type: 'tag',
				id: tagId,
				name: workspace.tags.get(tagId)?.name ?? '',
				applied_at: appliedAt,
				applied_by: { type: 'admin', id: adminId },
			})),
		},
		conversation_rating: null,
		source: {
			type: source.kind,
			id: source.messageId,
			delivered_as: source.author.type === 'admin' ? 'admin_initiated' : 'customer_initiated',
			subject: source.subject,
			body: asHtml(source.body),
			author: toAuthor(workspace, source.author),
			attachments: [],
			url: null,
			redacted: false,
		},
		contacts: {
			type: 'contact.list',
			contacts: [
				{
					type: 'contact',
					id: conversation.contactId,
					external_id: contact?.external_id ?? null,
				},
			],
		},
		teammates: {
			type: 'admin.list',
			admins: conversation.adminAssigneeId
				? [{ type: 'admin', id: conversation.adminAssigneeId }]
				: [],
		},
		custom_attributes: conversation.customAttributes,
		first_contact_reply: firstReply
			? { created_at: firstReply.createdAt, type: 'conversation', url: null }
			: null,
		sla_applied: null,
		statistics: null,
		linked_objects: { type: 'list', data: [], total_count: 0, has_more: false },
		ai_agent_participated: false,
		ai_agent: null,
	};
}

/** Bodies come back as HTML, whatever they were written as. */
export function asHtml(body: string): string {
	return body.startsWith('<') ? body : `<p>${body}</p>`;
}

function toPart(workspace: Workspace, part: ConversationPart) {
	return {
		type: 'conversation_part',
		id: part.id,
		part_type: part.kind,
		body: part.body === null ? null : asHtml(part.body),
		created_at: part.createdAt,
		updated_at: part.createdAt,
		notified_at: part.createdAt,
		assigned_to: part.assigneeId === null ? null : { type: 'admin', id: part.assigneeId },
		author: toAuthor(workspace, part.author),
		attachments: [],
		external_id: null,
		redacted: false,
		email_message_metadata: null,
		metadata: null,
		tags: [],
	};
}

function toAuthor(workspace: Workspace, { type, id }: Author) {
	const known = type === 'admin' ? workspace.admins.get(id) : workspace.contacts.table.get(id);
	return { type, id, name: known?.name ?? null, email: known?.email ?? null };
}
