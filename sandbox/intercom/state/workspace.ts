import { createTable, type Table } from '../../kernel/table.ts';
import type { Region } from '../api/regions.ts';
import type { Settings } from '../settings.ts';
import type { AttributeValue, DataAttribute } from './attributes.ts';
import { createContacts, type Contact, type Contacts, type Role } from './contacts.ts';
import { createIds, type Ids } from './ids.ts';

export interface Admin {
	readonly id: string;
	readonly name: string;
	readonly email: string;
	readonly jobTitle: string;
}

/** A message that an admin sent, and what became of it at its reader. */
export interface Message {
	readonly id: string;
	readonly kind: 'email' | 'inapp';
	readonly subject: string | null;
	readonly body: string;
	readonly template: 'plain' | 'personal' | null;
	readonly adminId: string;
	readonly contactId: string;
	readonly copiedContactIds: readonly string[];
	readonly createdAt: number;
	/** Sent by API is not read: e-mail to a dead or complaining mailbox is accepted and goes nowhere. */
	readonly isDelivered: boolean;
	readonly openedAt: number | null;
	readonly clickedAt: number | null;
	readonly conversationId: string | null;
}

export interface Author {
	readonly type: 'admin' | Role;
	readonly id: string;
}

export interface ConversationPart {
	readonly id: string;
	readonly kind: 'comment' | 'note' | 'quick_reply' | 'assignment' | 'close' | 'open' | 'snoozed';
	readonly body: string | null;
	readonly author: Author;
	readonly assigneeId: string | null;
	readonly createdAt: number;
}

export interface Conversation {
	readonly id: string;
	readonly contactId: string;
	readonly title: string | null;
	readonly state: 'open' | 'closed' | 'snoozed';
	readonly isRead: boolean;
	readonly snoozedUntil: number | null;
	readonly waitingSince: number | null;
	readonly adminAssigneeId: string | null;
	readonly teamAssigneeId: string | null;
	readonly companyId: string | null;
	readonly customAttributes: Readonly<Record<string, string | number>>;
	readonly tags: readonly {
		readonly id: string;
		readonly appliedAt: number;
		readonly adminId: string;
	}[];
	/** What the conversation began with: a message of an admin or of the contact. */
	readonly source: {
		readonly messageId: string;
		readonly kind: 'email' | 'conversation';
		readonly subject: string;
		readonly body: string;
		readonly author: Author;
	};
	readonly parts: readonly ConversationPart[];
	readonly createdAt: number;
	readonly updatedAt: number;
}

export interface Tag {
	readonly id: string;
	readonly name: string;
}

export interface Note {
	readonly id: string;
	readonly contactId: string;
	readonly adminId: string;
	readonly body: string;
	readonly createdAt: number;
}

export interface Company {
	readonly id: string;
	/** The caller's own id, never changed. */
	readonly companyId: string;
	readonly name: string;
	readonly plan: string | null;
	readonly size: number | null;
	readonly website: string | null;
	readonly industry: string | null;
	readonly monthlySpend: number;
	readonly remoteCreatedAt: number | null;
	readonly customAttributes: Readonly<Record<string, AttributeValue>>;
	readonly tagIds: readonly string[];
	readonly createdAt: number;
	readonly updatedAt: number;
}

export interface DataEvent {
	/** The four keys by which a repeated event is recognised. */
	readonly id: string;
	readonly contactId: string;
	readonly name: string;
	readonly createdAt: number;
	readonly metadata: Readonly<Record<string, unknown>>;
	/** How often the same event came again and was ignored. */
	readonly repeats: number;
}

export interface SubscriptionType {
	readonly id: string;
	readonly name: string;
	readonly description: string;
	readonly state: 'live' | 'draft' | 'archived';
	readonly consentType: 'opt_out' | 'opt_in';
	readonly contentTypes: readonly ('email' | 'sms_message')[];
}

export interface Visitor {
	readonly id: string;
	readonly userId: string;
	readonly email: string | null;
	readonly name: string | null;
}

/** Everything that one Intercom workspace knows. */
export interface Workspace {
	readonly id: string;
	readonly name: string;
	readonly region: Region;
	readonly settings: Settings;
	readonly ids: Ids;
	readonly admins: Table<Admin>;
	readonly contacts: Contacts;
	readonly visitors: Table<Visitor, 'userId' | 'email'>;
	readonly messages: Table<Message, 'contact'>;
	readonly conversations: Table<Conversation, 'contact'>;
	readonly tags: Table<Tag, 'name'>;
	readonly notes: Table<Note, 'contact'>;
	readonly companies: Table<Company, 'companyId' | 'name'>;
	readonly events: Table<DataEvent, 'contact'>;
	/** Event name -> the metadata keys that are kept. */
	readonly eventKeys: Map<string, Set<string>>;
	readonly attributes: Table<DataAttribute>;
	readonly subscriptionTypes: Table<SubscriptionType>;
	/** Unix seconds in the time in which a contact lives; without one, the workspace's own. */
	now(contact?: Pick<Contact, 'external_id'>): number;
	/** Tells subscribers of a topic. */
	notify(topic: string, item: unknown, contact?: Pick<Contact, 'external_id'>): void;
	clear(): void;
}

export interface WorkspaceOptions {
	readonly region: Region;
	readonly settings: Settings;
	readonly now: (externalId?: string) => Date;
	readonly notify: (topic: string, item: unknown, createdAt: number) => void;
}

export function createWorkspace(options: WorkspaceOptions): Workspace {
	const now = (contact?: Pick<Contact, 'external_id'>) =>
		Math.floor(options.now(contact?.external_id ?? undefined).getTime() / 1000);
	const tables = {
		admins: createTable<Admin>(),
		visitors: createTable<Visitor, 'userId' | 'email'>({
			userId: ({ userId }) => userId,
			email: ({ email }) => email?.toLowerCase(),
		}),
		messages: createTable<Message, 'contact'>({ contact: ({ contactId }) => contactId }),
		conversations: createTable<Conversation, 'contact'>({ contact: ({ contactId }) => contactId }),
		tags: createTable<Tag, 'name'>({ name: ({ name }) => name.toLowerCase() }),
		notes: createTable<Note, 'contact'>({ contact: ({ contactId }) => contactId }),
		companies: createTable<Company, 'companyId' | 'name'>({
			companyId: ({ companyId }) => companyId,
			name: ({ name }) => name,
		}),
		events: createTable<DataEvent, 'contact'>({ contact: ({ contactId }) => contactId }),
		attributes: createTable<DataAttribute>(),
		subscriptionTypes: createTable<SubscriptionType>(),
	};
	const eventKeys = new Map<string, Set<string>>();
	const contacts = createContacts({ searchLagMs: () => options.settings.searchLagMs, now });
	return {
		id: `acme_${options.region}`,
		name: 'Acme Boards',
		region: options.region,
		settings: options.settings,
		ids: createIds(),
		contacts,
		eventKeys,
		...tables,
		now,
		notify: (topic, item, contact) => options.notify(topic, item, now(contact)),
		clear() {
			for (const table of Object.values(tables)) table.clear();
			contacts.clear();
			eventKeys.clear();
		},
	};
}
