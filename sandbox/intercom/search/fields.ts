import type { Contact } from '../state/contacts.ts';
import type { Conversation, Workspace } from '../state/workspace.ts';

export type FieldType = 'string' | 'integer' | 'boolean' | 'date' | 'tag';

export type Searched = string | number | boolean | null;

/** A field that can be searched: its type decides which operators it takes. */
export interface SearchField<T> {
	readonly type: FieldType;
	/** Where a field has several values, one that matches is enough. */
	readonly read: (record: T) => Searched | readonly Searched[];
}

export type FieldsOf<T> = (name: string) => SearchField<T> | undefined;

const CONTACT_FIELDS = {
	id: 'string',
	role: 'string',
	name: 'string',
	avatar: 'string',
	owner_id: 'integer',
	email: 'string',
	phone: 'string',
	external_id: 'string',
	created_at: 'date',
	signed_up_at: 'date',
	updated_at: 'date',
	last_seen_at: 'date',
	last_contacted_at: 'date',
	last_replied_at: 'date',
	last_email_opened_at: 'date',
	last_email_clicked_at: 'date',
	language_override: 'string',
	browser_language: 'string',
	unsubscribed_from_emails: 'boolean',
	marked_email_as_spam: 'boolean',
	has_hard_bounced: 'boolean',
} as const satisfies Partial<Record<keyof Contact, FieldType>>;

const CUSTOM = 'custom_attributes.';

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/searchcontacts */
export function contactFields({ attributes }: Workspace): FieldsOf<Contact> {
	return (name) => {
		if (isKey(CONTACT_FIELDS, name)) {
			return { type: CONTACT_FIELDS[name], read: (contact) => contact[name] };
		}
		if (name === 'email_domain') {
			return { type: 'string', read: ({ email }) => email?.split('@')[1] ?? null };
		}
		if (name === 'tag_id') {
			return { type: 'tag', read: ({ tags }) => tags.map(({ id }) => id) };
		}
		if (!name.startsWith(CUSTOM)) return undefined;
		const key = name.slice(CUSTOM.length);
		for (const attribute of attributes.newestFirst()) {
			if (attribute.model !== 'contact' || attribute.name !== key) continue;
			const type = attribute.dataType === 'float' ? 'integer' : attribute.dataType;
			return { type, read: (contact) => contact.custom_attributes[key] ?? null };
		}
		return undefined;
	};
}

const CONVERSATION_FIELDS: Readonly<Record<string, SearchField<Conversation>>> = {
	id: { type: 'string', read: ({ id }) => id },
	created_at: { type: 'date', read: ({ createdAt }) => createdAt },
	updated_at: { type: 'date', read: ({ updatedAt }) => updatedAt },
	'source.type': { type: 'string', read: ({ source }) => source.kind },
	'source.id': { type: 'string', read: ({ source }) => source.messageId },
	'source.delivered_as': {
		type: 'string',
		read: ({ source }) =>
			source.author.type === 'admin' ? 'admin_initiated' : 'customer_initiated',
	},
	'source.subject': { type: 'string', read: ({ source }) => source.subject },
	// Each word of a body is searched by itself.
	'source.body': { type: 'string', read: ({ source }) => source.body.split(/[^\p{L}\p{N}]+/u) },
	'source.author.id': { type: 'string', read: ({ source }) => source.author.id },
	'source.author.type': { type: 'string', read: ({ source }) => source.author.type },
	contact_ids: { type: 'string', read: ({ contactId }) => [contactId] },
	teammate_ids: {
		type: 'string',
		read: ({ adminAssigneeId }) => (adminAssigneeId ? [adminAssigneeId] : []),
	},
	admin_assignee_id: {
		type: 'integer',
		read: ({ adminAssigneeId }) => (adminAssigneeId ? Number(adminAssigneeId) : null),
	},
	open: { type: 'boolean', read: ({ state }) => state !== 'closed' },
	read: { type: 'boolean', read: ({ isRead }) => isRead },
	state: { type: 'string', read: ({ state }) => state },
	waiting_since: { type: 'date', read: ({ waitingSince }) => waitingSince },
	snoozed_until: { type: 'date', read: ({ snoozedUntil }) => snoozedUntil },
	tag_ids: { type: 'string', read: ({ tags }) => tags.map(({ id }) => id) },
};

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/searchconversations */
export const conversationFields: FieldsOf<Conversation> = (name) =>
	Object.hasOwn(CONVERSATION_FIELDS, name) ? CONVERSATION_FIELDS[name] : undefined;

function isKey<T extends object>(fields: T, name: string): name is Extract<keyof T, string> {
	return Object.hasOwn(fields, name);
}
