import type { Route } from '../../kernel/http.ts';
import {
	flag,
	integer,
	list,
	object,
	oneOf,
	optional,
	parseBody,
	readBody,
	text,
	timestamp,
	type Field,
	type Shape,
	type Values,
} from '../api/body.ts';
import { failure, invalid, missing, userNotFound } from '../api/failure.ts';
import { ok, route } from '../api/route.ts';
import type { Contact } from '../state/contacts.ts';
import type { Message, Workspace } from '../state/workspace.ts';
import { startConversation } from './conversation-moves.ts';

const recipient = object({ type: oneOf('user', 'lead'), id: text() });

/** One recipient or several: both are described, only one is typed in the SDK. */
const recipients: Field<Array<Values<{ type: Field<string>; id: Field<string> }>>> = {
	read: (value, name) =>
		Array.isArray(value) ? list(recipient).read(value, name) : [recipient.read(value, name)],
};

const messageBody = {
	message_type: oneOf('email', 'inapp', 'in_app'),
	subject: optional(text()),
	body: text(),
	template: optional(oneOf('plain', 'personal')),
	from: object({ type: oneOf('admin'), id: integer }),
	to: recipients,
	cc: optional(recipients),
	bcc: optional(recipients),
	created_at: optional(timestamp),
	create_conversation_without_contact_reply: optional(flag),
} satisfies Shape;

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/messages/createmessage */
export function messageRoutes(workspace: Workspace): Route[] {
	return [
		route('POST', '/messages', (request) => {
			refuseEmpty(parseBody(request));
			const written = readBody(request, messageBody);
			const kind = written.message_type === 'email' ? 'email' : 'inapp';
			if (kind === 'email' && !written.template) throw missing('template is required');
			const admin = workspace.admins.get(String(written.from.id));
			if (!admin) throw failure(404, 'admin_not_found', 'Admin not found');
			const [to, ...others] = written.to.map((one) => messageable(workspace, one));
			if (!to) throw invalid('to must name a recipient');
			const copies = [...(written.cc ?? []), ...(written.bcc ?? [])].map((one) =>
				messageable(workspace, one),
			);
			const message = deliver(workspace, to, {
				kind,
				subject: written.subject ?? null,
				body: written.body,
				template: written.template ?? null,
				adminId: admin.id,
				copiedContactIds: [...others, ...copies].map(({ id }) => id),
				createdAt: written.created_at ?? workspace.now(to),
			});
			const conversation = written.create_conversation_without_contact_reply
				? startConversation(workspace, message)
				: null;
			return ok({
				type: 'admin_message',
				id: message.id,
				created_at: message.createdAt,
				...(message.subject === null ? {} : { subject: message.subject }),
				body: message.body,
				message_type: message.kind,
				...(conversation ? { conversation_id: conversation.id } : {}),
			});
		}),
	];
}

/** These two have answers of their own. */
function refuseEmpty({ message_type: type, subject, body }: Readonly<Record<string, unknown>>) {
	if (body === undefined || body === null || body === '') throw invalid('Body is required');
	if (type === 'email' && (subject === undefined || subject === null || subject === '')) {
		throw failure(422, 'parameter_not_found', 'No subject supplied for email message');
	}
}

/** A contact that was just made is not known here yet, and the type must be the contact's role. */
function messageable(
	workspace: Workspace,
	{ type, id }: { readonly type: string; readonly id: string },
): Contact {
	const contact = workspace.contacts.active(id);
	const ageMs = Date.now() - contact.existsSinceMs;
	if (contact.role !== type || ageMs < workspace.settings.messageableAfterMs) throw userNotFound();
	return contact;
}

/** Sent one by one, a message also reaches people who unsubscribed; dead mailboxes it does not. */
function deliver(
	workspace: Workspace,
	to: Contact,
	message: Omit<
		Message,
		'id' | 'contactId' | 'isDelivered' | 'openedAt' | 'clickedAt' | 'conversationId'
	>,
): Message {
	const isMailable = to.email !== null && !to.has_hard_bounced && !to.marked_email_as_spam;
	workspace.contacts.change(to, { last_contacted_at: message.createdAt });
	return workspace.messages.put({
		...message,
		id: workspace.ids.next('message'),
		contactId: to.id,
		isDelivered: message.kind === 'inapp' || isMailable,
		openedAt: null,
		clickedAt: null,
		conversationId: null,
	});
}
