import type { Route, StandInRequest } from '../../kernel/http.ts';
import {
	flag,
	list,
	nullable,
	object,
	oneOf,
	optional,
	parseBody,
	readBody,
	readQuery,
	record,
	text,
	timestamp,
	type Shape,
} from '../api/body.ts';
import { failure, invalid, missing, resourceNotFound, userNotFound } from '../api/failure.ts';
import { pageOf, pagingQuery } from '../api/paging.ts';
import { ok, param, route } from '../api/route.ts';
import { conversationFields } from '../search/fields.ts';
import { readSearch, search } from '../search/search.ts';
import type { Contact } from '../state/contacts.ts';
import type { Author, Conversation, Workspace } from '../state/workspace.ts';
import { toConversation, toListed } from './conversation-answer.ts';
import { addPart, contactReplies, contactStarts, tellConversation } from './conversation-moves.ts';

const PER_PAGE = 20;

const attachments = {
	attachment_urls: optional(list(text())),
	attachment_files: optional(list(record)),
} satisfies Shape;

const newConversation = {
	from: object({ type: oneOf('user', 'lead', 'contact'), id: text() }),
	body: text(),
	subject: optional(text()),
	created_at: optional(timestamp),
	attachment_urls: optional(list(text())),
} satisfies Shape;

const changedConversation = {
	read: optional(flag),
	title: optional(text({ max: 255 })),
	custom_attributes: optional(record),
	company_id: optional(nullable(text())),
} satisfies Shape;

const replies = {
	user: {
		type: oneOf('user'),
		message_type: oneOf('comment'),
		body: text(),
		intercom_user_id: optional(text()),
		user_id: optional(text()),
		email: optional(text()),
		created_at: optional(timestamp),
		reply_options: optional(list(record)),
		...attachments,
	},
	admin: {
		type: oneOf('admin'),
		message_type: oneOf('comment', 'note', 'quick_reply'),
		admin_id: text(),
		body: optional(text()),
		created_at: optional(timestamp),
		reply_options: optional(list(record)),
		...attachments,
	},
} satisfies Record<string, Shape>;

const moves = {
	close: {
		message_type: oneOf('close'),
		type: oneOf('admin'),
		admin_id: text(),
		body: optional(text()),
	},
	snoozed: { message_type: oneOf('snoozed'), admin_id: text(), snoozed_until: timestamp },
	open: { message_type: oneOf('open'), admin_id: text() },
	assignment: {
		message_type: oneOf('assignment'),
		type: oneOf('admin', 'team'),
		admin_id: text(),
		assignee_id: text(),
		body: optional(text()),
	},
} satisfies Record<string, Shape>;

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations */
export function conversationRoutes(workspace: Workspace): Route[] {
	const { conversations } = workspace;
	const answer = (conversation: Conversation) => ok(toConversation(workspace, conversation));
	const answerList = (all: readonly Conversation[], paging: Parameters<typeof pageOf>[1]) => {
		const { items, total, pages } = pageOf(all, {
			...paging,
			per_page: paging.per_page ?? PER_PAGE,
		});
		return ok({
			type: 'conversation.list',
			conversations: items.map((one) => toListed(workspace, one)),
			total_count: total,
			pages,
		});
	};

	return [
		route('GET', '/conversations', (request) =>
			answerList([...conversations.newestFirst()], readQuery(request, pagingQuery)),
		),
		route('POST', '/conversations', (request) => {
			const written = readBody(request, newConversation);
			const contact = workspace.contacts.active(written.from.id);
			if (written.from.type !== 'contact' && written.from.type !== contact.role) {
				throw userNotFound();
			}
			const conversation = contactStarts(workspace, contact, written.body, written.created_at);
			return ok({
				type: 'user_message',
				id: conversation.source.messageId,
				created_at: conversation.createdAt,
				body: written.body,
				message_type: 'inapp',
				conversation_id: conversation.id,
			});
		}),
		route('POST', '/conversations/search', (request) => {
			const order = readSearch(request, conversationFields);
			const all = [...conversations.newestFirst()];
			return answerList(search(all, order, workspace.settings.timeZone), order.paging);
		}),
		route('GET', '/conversations/:id', (request) => answer(conversationIn(workspace, request))),
		route('PUT', '/conversations/:id', (request) => {
			const conversation = conversationIn(workspace, request);
			const written = readBody(request, changedConversation);
			return answer(
				conversations.put({
					...conversation,
					...(written.read === undefined ? {} : { isRead: written.read }),
					...(written.title === undefined ? {} : { title: written.title }),
					...(written.company_id === undefined ? {} : { companyId: written.company_id }),
					customAttributes: {
						...conversation.customAttributes,
						...(written.custom_attributes as Conversation['customAttributes']),
					},
					updatedAt: workspace.now(),
				}),
			);
		}),
		route('POST', '/conversations/:id/reply', (request) => answer(reply(workspace, request))),
		route('POST', '/conversations/:id/parts', (request) => answer(move(workspace, request))),
	];
}

export function conversationIn(workspace: Workspace, request: StandInRequest): Conversation {
	const conversation = workspace.conversations.get(param(request, 'id'));
	if (!conversation) throw resourceNotFound();
	return conversation;
}

function reply(workspace: Workspace, request: StandInRequest): Conversation {
	const { type } = parseBody(request);
	if (type === 'user') {
		const written = readBody(request, replies.user);
		const contact = replier(workspace, written);
		const conversation =
			param(request, 'id') === 'last'
				? workspace.conversations.where('contact', contact.id)[0]
				: conversationIn(workspace, request);
		if (!conversation) throw resourceNotFound();
		return contactReplies(workspace, contact, conversation, written.body, written.created_at);
	}
	if (type !== 'admin') throw invalid('type must be one of user, admin');
	const written = readBody(request, replies.admin);
	const conversation = conversationIn(workspace, request);
	const author = adminAuthor(workspace, written.admin_id);
	const isNote = written.message_type === 'note';
	if (!isNote && !written.body) throw missing('body is required');
	const replied = addPart(
		workspace,
		conversation,
		{
			kind: written.message_type,
			body: written.body ?? null,
			author,
			createdAt: written.created_at,
		},
		isNote ? {} : { waitingSince: null },
	);
	tellConversation(
		workspace,
		isNote ? 'conversation.admin.noted' : 'conversation.admin.replied',
		replied,
	);
	return replied;
}

function move(workspace: Workspace, request: StandInRequest): Conversation {
	const conversation = conversationIn(workspace, request);
	const { message_type: kind } = parseBody(request);
	switch (kind) {
		case 'close': {
			const { admin_id: adminId, body } = readBody(request, moves.close);
			const author = adminAuthor(workspace, adminId);
			const closed = addPart(
				workspace,
				conversation,
				{ kind, body: body ?? null, author },
				{ state: 'closed', waitingSince: null, snoozedUntil: null },
			);
			tellConversation(workspace, 'conversation.admin.closed', closed);
			return closed;
		}
		case 'snoozed': {
			const { admin_id: adminId, snoozed_until: until } = readBody(request, moves.snoozed);
			const author = adminAuthor(workspace, adminId);
			const state = { state: 'snoozed', snoozedUntil: until } as const;
			const snoozed = addPart(workspace, conversation, { kind, body: null, author }, state);
			tellConversation(workspace, 'conversation.admin.snoozed', snoozed);
			return snoozed;
		}
		case 'open': {
			const author = adminAuthor(workspace, readBody(request, moves.open).admin_id);
			const state = { state: 'open', snoozedUntil: null } as const;
			const opened = addPart(workspace, conversation, { kind, body: null, author }, state);
			tellConversation(workspace, 'conversation.admin.opened', opened);
			return opened;
		}
		case 'assignment': {
			const written = readBody(request, moves.assignment);
			const author = adminAuthor(workspace, written.admin_id);
			const assigneeId = readAssignee(workspace, written.type, written.assignee_id);
			const assigned = addPart(
				workspace,
				conversation,
				{ kind, body: written.body ?? null, author, assigneeId },
				written.type === 'team' ? { teamAssigneeId: assigneeId } : { adminAssigneeId: assigneeId },
			);
			tellConversation(workspace, 'conversation.admin.assigned', assigned);
			return assigned;
		}
		default:
			throw invalid('message_type must be one of close, snoozed, open, assignment');
	}
}

/** Assigning to 0 takes the assignee away. */
function readAssignee(workspace: Workspace, type: 'admin' | 'team', id: string): string | null {
	if (id === '0') return null;
	if (type === 'admin' && !workspace.admins.get(id)) throw resourceNotFound();
	return id;
}

function replier(
	workspace: Workspace,
	by: { readonly intercom_user_id?: string; readonly user_id?: string; readonly email?: string },
): Contact {
	const { contacts } = workspace;
	if (by.intercom_user_id !== undefined) return contacts.active(by.intercom_user_id);
	const found =
		by.user_id === undefined
			? contacts.withEmail(by.email ?? '')[0]
			: contacts.holderOf(by.user_id);
	if (found?.state !== 'active') throw userNotFound();
	return found;
}

function adminAuthor(workspace: Workspace, id: string): Author {
	if (!workspace.admins.get(id)) throw failure(404, 'admin_not_found', 'Admin not found');
	return { type: 'admin', id };
}
