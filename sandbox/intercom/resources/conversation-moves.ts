import type { Contact } from '../state/contacts.ts';
import type { Conversation, ConversationPart, Message, Workspace } from '../state/workspace.ts';
import { toConversation } from './conversation-answer.ts';

/** What a message turns into when the contact answers it, or at once if the sender asked for that. */
export function startConversation(workspace: Workspace, message: Message): Conversation {
	const conversation = workspace.conversations.put({
		...emptyConversation(workspace, message.contactId, message.createdAt),
		adminAssigneeId: message.adminId,
		source: {
			messageId: message.id,
			kind: message.kind === 'email' ? 'email' : 'conversation',
			subject: message.subject ?? '',
			body: message.body,
			author: { type: 'admin', id: message.adminId },
		},
	});
	workspace.messages.put({ ...message, conversationId: conversation.id });
	const contact = workspace.contacts.table.get(message.contactId);
	tellConversation(workspace, 'conversation.admin.single.created', conversation, contact);
	return conversation;
}

/** A contact writes first. */
export function contactStarts(
	workspace: Workspace,
	contact: Contact,
	body: string,
	createdAt = workspace.now(contact),
): Conversation {
	const conversation = workspace.conversations.put({
		...emptyConversation(workspace, contact.id, createdAt),
		waitingSince: createdAt,
		source: {
			messageId: workspace.ids.next('message'),
			kind: 'conversation',
			subject: '',
			body,
			author: { type: contact.role, id: contact.id },
		},
	});
	workspace.contacts.change(contact, { last_replied_at: createdAt });
	tellConversation(workspace, 'conversation.user.created', conversation, contact);
	return conversation;
}

/** A contact answers; a closed conversation opens again. */
export function contactReplies(
	workspace: Workspace,
	contact: Contact,
	conversation: Conversation,
	body: string,
	createdAt = workspace.now(contact),
): Conversation {
	workspace.contacts.change(contact, { last_replied_at: createdAt });
	const replied = addPart(
		workspace,
		conversation,
		{ kind: 'comment', body, author: { type: contact.role, id: contact.id }, createdAt },
		{ state: 'open', isRead: false, waitingSince: conversation.waitingSince ?? createdAt },
	);
	tellConversation(workspace, 'conversation.user.replied', replied, contact);
	return replied;
}

interface NewPart extends Pick<ConversationPart, 'kind' | 'body' | 'author'> {
	readonly assigneeId?: string | null;
	readonly createdAt?: number | undefined;
}

/** Everything that happens in a conversation is a part of it. */
export function addPart(
	workspace: Workspace,
	conversation: Conversation,
	{ assigneeId = null, createdAt, ...part }: NewPart,
	changes: Partial<Conversation>,
): Conversation {
	const contact = workspace.contacts.table.get(conversation.contactId);
	const at = createdAt ?? workspace.now(contact);
	return workspace.conversations.put({
		...conversation,
		...changes,
		parts: [
			...conversation.parts,
			{ ...part, id: workspace.ids.next('part'), assigneeId, createdAt: at },
		],
		updatedAt: at,
	});
}

/** Tells subscribers about a conversation. */
export function tellConversation(
	workspace: Workspace,
	topic: string,
	conversation: Conversation,
	contact = workspace.contacts.table.get(conversation.contactId),
) {
	workspace.notify(topic, toConversation(workspace, conversation), contact);
}

function emptyConversation(workspace: Workspace, contactId: string, createdAt: number) {
	return {
		id: workspace.ids.next('conversation'),
		contactId,
		title: null,
		state: 'open',
		isRead: false,
		snoozedUntil: null,
		waitingSince: null,
		adminAssigneeId: null,
		teamAssigneeId: null,
		companyId: null,
		customAttributes: {},
		tags: [],
		parts: [],
		createdAt,
		updatedAt: createdAt,
	} as const satisfies Omit<Conversation, 'source'>;
}
