import type { Reply, Route, StandInRequest } from '../kernel/http.ts';
import {
	flag,
	integer,
	list,
	nullable,
	optional,
	readBody,
	text,
	type Field,
	type Shape,
} from './api/body.ts';
import { failure, invalid, userNotFound } from './api/failure.ts';
import { ok, param, route } from './api/route.ts';
import { toContactItem } from './resources/contact-answer.ts';
import { notifyContactChange } from './resources/contact-topics.ts';
import {
	contactReplies,
	contactStarts,
	startConversation,
} from './resources/conversation-moves.ts';
import type { Contact } from './state/contacts.ts';
import type { Conversation, Message, Workspace } from './state/workspace.ts';
import type { Deliveries } from './webhooks/deliveries.ts';

const milliseconds = list(integer);

const delay: Field<readonly [number, number]> = {
	read(value, name) {
		const [fixed, random, ...rest] = milliseconds.read(value, name);
		if (fixed === undefined || random === undefined || rest.length > 0) {
			throw invalid(`${name} must be [fixed, random] in milliseconds`);
		}
		return [fixed, random];
	},
};

const settingsBody = {
	messageableAfterMs: optional(integer),
	searchLagMs: optional(integer),
	rateLimits: optional(flag),
	requestsPerMinute: optional(integer),
	timeZone: optional(text()),
	webhookRetryDelaysMs: optional(milliseconds),
	webhookRepeats: optional(integer),
	webhookDelayMs: optional(delay),
	webhookForgeries: optional(flag),
} satisfies Shape;

/** What a test, the story or the time machine may do that no caller of the API can: be the people. */
export function intercomControlRoutes(options: {
	readonly workspace: Workspace;
	readonly deliveries: Deliveries;
}): Route[] {
	const { workspace, deliveries } = options;
	const done: Reply = ok({ ok: true });

	const set = (name: string, changes: Partial<Contact>) =>
		route('POST', `/_control/contacts/:who/${name}`, (request) => {
			const contact = person(workspace, request);
			notifyContactChange(workspace, contact, workspace.contacts.change(contact, changes));
			return done;
		});

	const emailFails = (name: string, fate: string, changes: Partial<Contact>) =>
		route('POST', `/_control/contacts/:who/${name}`, (request) => {
			const contact = workspace.contacts.change(person(workspace, request), changes);
			workspace.notify('content_stat.email', toEmailFate(workspace, contact, fate), contact);
			return done;
		});

	return [
		route('PUT', '/_control/settings', (request) => {
			Object.assign(workspace.settings, readBody(request, settingsBody));
			return ok(workspace.settings);
		}),
		route('PUT', '/_control/webhook', (request) => {
			const { url, topics } = readBody(request, {
				url: nullable(text()),
				topics: optional(list(text())),
			});
			deliveries.subscribe(url === null ? undefined : { url, ...(topics ? { topics } : {}) });
			return done;
		}),
		route('POST', '/_control/deliveries/:id/repeat', (request) => {
			if (!deliveries.repeat(param(request, 'id'))) throw failure(404, 'not_found', 'No delivery');
			return done;
		}),
		route('POST', '/_control/visitors', (request) => {
			const written = readBody(request, {
				user_id: text(),
				email: optional(text()),
				name: optional(text()),
			});
			const visitor = workspace.visitors.put({
				id: workspace.ids.object(),
				userId: written.user_id,
				email: written.email ?? null,
				name: written.name ?? null,
			});
			return ok(visitor);
		}),

		set('unsubscribe', { unsubscribed_from_emails: true }),
		set('resubscribe', { unsubscribed_from_emails: false }),
		emailFails('bounce', 'hard_bounce', { has_hard_bounced: true }),
		emailFails('spam', 'spam_complaint', { marked_email_as_spam: true }),
		route('GET', '/_control/contacts/:who/messages', (request) => {
			const { id } = person(workspace, request);
			return ok(workspace.messages.where('contact', id).filter(({ isDelivered }) => isDelivered));
		}),
		route('POST', '/_control/contacts/:who/reply', (request) => {
			const { body, message_id: messageId } = readBody(request, {
				body: text(),
				message_id: optional(text()),
			});
			return ok(personWrites(workspace, person(workspace, request), body, messageId));
		}),
		route('POST', '/_control/messages/:id/open', (request) => {
			const message = messageIn(workspace, request);
			const at = readMessage(workspace, message);
			workspace.messages.put({ ...message, openedAt: message.openedAt ?? at });
			return done;
		}),
		route('POST', '/_control/messages/:id/click', (request) => {
			const message = messageIn(workspace, request);
			const at = readMessage(workspace, message);
			const clicked = { openedAt: message.openedAt ?? at, clickedAt: message.clickedAt ?? at };
			workspace.messages.put({ ...message, ...clicked });
			const contact = workspace.contacts.table.get(message.contactId);
			if (contact) workspace.contacts.change(contact, { last_email_clicked_at: at });
			return done;
		}),
	];
}

/** By Intercom's id, by external id, or by e-mail. */
function person({ contacts }: Workspace, request: StandInRequest): Contact {
	const who = param(request, 'who');
	const found = contacts.table.get(who) ?? contacts.holderOf(who) ?? contacts.withEmail(who)[0];
	if (!found) throw userNotFound();
	return found;
}

function messageIn({ messages }: Workspace, request: StandInRequest): Message {
	const message = messages.get(param(request, 'id'));
	if (!message) throw failure(404, 'not_found', 'No such message');
	return message;
}

function readMessage(workspace: Workspace, { kind, contactId }: Message): number {
	const contact = workspace.contacts.table.get(contactId);
	const at = workspace.now(contact);
	if (contact) {
		workspace.contacts.change(contact, {
			last_seen_at: at,
			...(kind === 'email' ? { last_email_opened_at: at } : {}),
		});
	}
	return at;
}

/** Answers the message named, else the conversation at hand, else begins one. */
function personWrites(
	workspace: Workspace,
	contact: Contact,
	body: string,
	messageId: string | undefined,
): Conversation {
	const message = messageId === undefined ? undefined : workspace.messages.get(messageId);
	if (messageId !== undefined && message?.contactId !== contact.id) {
		throw failure(404, 'not_found', 'No such message to this contact');
	}
	const existing = message
		? workspace.conversations.get(message.conversationId ?? '')
		: workspace.conversations.where('contact', contact.id)[0];
	const conversation = existing ?? (message && startConversation(workspace, message));
	return conversation
		? contactReplies(workspace, contact, conversation, body)
		: contactStarts(workspace, contact, body);
}

/** https://developers.intercom.com/docs/references/webhooks/webhook-models: its stat types for e-mail. */
function toEmailFate(workspace: Workspace, contact: Contact, fate: string) {
	return {
		type: 'content_stat.email',
		created_at: new Date(workspace.now(contact) * 1000).toISOString(),
		content_stat: {
			id: 1,
			content_type: 'email',
			content_id: 1,
			stat_type: fate,
			content_title: null,
			ruleset_id: 1,
			ruleset_version_id: 1,
			receipt_id: 1,
			series_id: null,
			series_title: null,
			node_id: null,
		},
		contact: toContactItem(workspace, contact),
	};
}
