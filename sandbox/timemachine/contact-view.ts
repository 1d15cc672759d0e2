import type { ContactView } from './people.ts';
import type { TimelineEntry } from './timeline.ts';

/** The parts of Intercom's state, as its control API tells it, that are shown. */
export interface IntercomState {
	readonly admins: ReadonlyArray<{ readonly id: string; readonly name: string }>;
	readonly contacts: readonly Contact[];
	readonly messages: readonly Message[];
	readonly conversations: readonly Conversation[];
	readonly events: ReadonlyArray<{
		readonly id: string;
		readonly contactId: string;
		readonly name: string;
		readonly createdAt: number;
	}>;
}

interface Contact {
	readonly id: string;
	readonly external_id: string | null;
	readonly email: string | null;
	readonly name: string | null;
	readonly unsubscribed_from_emails: boolean;
	readonly state: string;
}

interface Message {
	readonly id: string;
	readonly kind: 'email' | 'inapp';
	readonly subject: string | null;
	readonly body: string;
	readonly adminId: string;
	readonly contactId: string;
	readonly createdAt: number;
	readonly isDelivered: boolean;
}

interface Conversation {
	readonly id: string;
	readonly created_at: number;
	readonly contacts: { readonly contacts: ReadonlyArray<{ readonly id: string }> };
	readonly source: Written;
	readonly conversation_parts: {
		readonly conversation_parts: ReadonlyArray<
			Written & { readonly part_type: string; readonly created_at: number }
		>;
	};
}

interface Written {
	readonly id: string;
	readonly body: string | null;
	readonly author: { readonly type: string; readonly name?: string | null };
}

export function contactViews(state: IntercomState): readonly ContactView[] {
	const messages = groupBy(state.messages, ({ contactId }) => contactId);
	const events = groupBy(state.events, ({ contactId }) => contactId);
	const conversations = groupBy(
		state.conversations,
		({ contacts }) => contacts.contacts[0]?.id ?? '',
	);
	return state.contacts
		.filter((contact) => contact.state !== 'merged')
		.map((contact) => {
			const received = (messages.get(contact.id) ?? []).filter(({ isDelivered }) => isDelivered);
			return {
				id: contact.id,
				accountId: contact.external_id,
				email: contact.email,
				name: contact.name,
				isUnsubscribed: contact.unsubscribed_from_emails,
				lastMessageId: received.at(-1)?.id ?? null,
				entries: [
					...received.map((message) => messageEntry(message, state.admins)),
					...(conversations.get(contact.id) ?? []).flatMap(conversationEntries),
					...(events.get(contact.id) ?? []).map(eventEntry),
				],
			};
		});
}

function messageEntry(message: Message, admins: IntercomState['admins']): TimelineEntry {
	const from = admins.find(({ id }) => id === message.adminId)?.name ?? 'The team';
	return {
		id: `message ${message.id}`,
		at: toIso(message.createdAt),
		kind: 'message',
		title: message.kind === 'email' ? 'E-mail received' : 'Message seen in the product',
		tone: 'neutral',
		isMinor: false,
		source: message.kind,
		message: {
			from,
			...(message.subject === null ? {} : { subject: message.subject }),
			text: readable(message.body),
		},
	};
}

/** What was written to and fro; the message that began it is there already when an admin sent it. */
function conversationEntries({ id, created_at, source, ...rest }: Conversation): TimelineEntry[] {
	const isByAdmin = source.author.type === 'admin';
	const parts = rest.conversation_parts.conversation_parts.filter(
		({ part_type: type }) => type === 'comment' || type === 'quick_reply',
	);
	return [...(isByAdmin ? [] : [{ ...source, created_at }]), ...parts].map((part) => {
		const isAnswer = part.author.type === 'admin' || part.author.type === 'bot';
		return {
			id: `conversation ${id} ${part.id}`,
			at: toIso(part.created_at),
			kind: 'message',
			title: isAnswer ? 'Answer received' : 'Wrote back',
			tone: isAnswer ? 'neutral' : 'good',
			isMinor: false,
			source: 'conversation',
			message: { from: part.author.name ?? 'The person', text: readable(part.body ?? '') },
		};
	});
}

function eventEntry(event: IntercomState['events'][number]): TimelineEntry {
	return {
		id: `event ${event.id}`,
		at: toIso(event.createdAt),
		kind: 'message',
		title: `Intercom hears: ${event.name.replaceAll(/[-_]/g, ' ')}`,
		tone: 'neutral',
		isMinor: true,
		source: event.name,
	};
}

function toIso(unixSeconds: number): string {
	return new Date(unixSeconds * 1000).toISOString();
}

/** The text of a body that may be markup, as a mail program without pictures shows it; links keep their address. */
function readable(body: string): string {
	const entities: Readonly<Record<string, string>> = {
		amp: '&',
		lt: '<',
		gt: '>',
		quot: '"',
		'#39': "'",
		nbsp: ' ',
	};
	return body
		.replaceAll(/<a href="([^"]*)">(.*?)<\/a>/gis, (_link, address: string, words: string) =>
			words === address ? words : `${words}: ${address}`,
		)
		.replaceAll(/<br\s*\/?>|<\/(p|div|li|h\d)>/gi, '\n')
		.replaceAll(/<[^>]+>/g, '')
		.replaceAll(/&(amp|lt|gt|quot|#39|nbsp);/g, (whole, name: string) => entities[name] ?? whole)
		.replaceAll(/\n{3,}/g, '\n\n')
		.trim();
}

function groupBy<T>(list: readonly T[], keyOf: (entry: T) => string): ReadonlyMap<string, T[]> {
	const groups = new Map<string, T[]>();
	for (const entry of list) {
		const group = groups.get(keyOf(entry));
		if (group) group.push(entry);
		else groups.set(keyOf(entry), [entry]);
	}
	return groups;
}
