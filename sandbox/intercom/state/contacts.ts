import { createTable, type Table } from '../../kernel/table.ts';
import { userNotFound } from '../api/failure.ts';
import type { AttributeValue } from './attributes.ts';

export type Role = 'user' | 'lead';

/** What callers write and read; named as on the wire, because search names fields so too. */
export interface Profile {
	readonly role: Role;
	readonly external_id: string | null;
	readonly email: string | null;
	readonly phone: string | null;
	readonly name: string | null;
	readonly avatar: string | null;
	readonly owner_id: number | null;
	readonly signed_up_at: number | null;
	readonly last_seen_at: number | null;
	readonly last_replied_at: number | null;
	readonly last_contacted_at: number | null;
	readonly last_email_opened_at: number | null;
	readonly last_email_clicked_at: number | null;
	readonly unsubscribed_from_emails: boolean;
	readonly has_hard_bounced: boolean;
	readonly marked_email_as_spam: boolean;
	readonly language_override: string | null;
	readonly browser_language: string | null;
	readonly custom_attributes: Readonly<Record<string, AttributeValue>>;
}

export interface Contact extends Profile {
	readonly id: string;
	readonly created_at: number;
	readonly updated_at: number;
	readonly state: 'active' | 'archived' | 'blocked' | 'merged';
	/** The contact that a merged one lives on in. */
	readonly mergedInto: string | null;
	readonly tags: readonly AppliedTag[];
	readonly companyIds: readonly string[];
	/** Subscription types that the contact chose: opted out of, or opted in to. */
	readonly chosenSubscriptionIds: readonly string[];
	/** By the real clock: how old the contact is to the messages API. */
	readonly existsSinceMs: number;
}

export interface AppliedTag {
	readonly id: string;
	readonly appliedAt: number;
}

export const NEW_PROFILE: Profile = {
	role: 'user',
	external_id: null,
	email: null,
	phone: null,
	name: null,
	avatar: null,
	owner_id: null,
	signed_up_at: null,
	last_seen_at: null,
	last_replied_at: null,
	last_contacted_at: null,
	last_email_opened_at: null,
	last_email_clicked_at: null,
	unsubscribed_from_emails: false,
	has_hard_bounced: false,
	marked_email_as_spam: false,
	language_override: null,
	browser_language: null,
	custom_attributes: {},
};

export interface Contacts {
	readonly table: Table<Contact, 'externalId' | 'email' | 'phone' | 'company'>;
	/** The contact that callers may see; merged, archived and blocked ones are not found. */
	active(id: string): Contact;
	/** Whoever holds this external id, active or archived. */
	holderOf(externalId: string): Contact | undefined;
	withEmail(email: string): readonly Contact[];
	change(contact: Contact, changes: Partial<Contact>): Contact;
	/** All contacts as a search sees them: late. */
	searchable(): readonly Contact[];
	clear(): void;
}

const WRITES_BETWEEN_UPDATES = 1_000;

export function createContacts(options: {
	readonly searchLagMs: () => number;
	readonly now: (contact: Contact) => number;
}): Contacts {
	const table = createTable<Contact, 'externalId' | 'email' | 'phone' | 'company'>({
		externalId: ({ external_id }) => external_id,
		email: ({ email, state }) => (state === 'merged' ? null : email?.toLowerCase()),
		phone: ({ phone, state }) => (state === 'merged' ? null : phone),
		company: ({ companyIds, state }) => (state === 'active' ? companyIds : null),
	});
	const index = createTable<Contact>();
	let waiting: Array<{ id: string; record: Contact | undefined; writtenAt: number }> = [];
	table.onWrite((id, record) => {
		waiting.push({ id, record, writtenAt: Date.now() });
		// Keeps what waits small where nobody searches.
		if (waiting.length % WRITES_BETWEEN_UPDATES === 0) updateIndex();
	});

	function updateIndex() {
		const visibleUntil = Date.now() - options.searchLagMs();
		const firstHidden = waiting.findIndex(({ writtenAt }) => writtenAt > visibleUntil);
		const due = waiting.splice(0, firstHidden < 0 ? waiting.length : firstHidden);
		for (const { id, record } of due) {
			if (record?.state === 'active') index.put(record);
			else index.delete(id);
		}
	}

	return {
		table,
		active(id) {
			const contact = table.get(id);
			if (contact?.state !== 'active') throw userNotFound();
			return contact;
		},
		holderOf: (externalId) =>
			table.where('externalId', externalId).find(({ state }) => state !== 'merged'),
		withEmail: (email) => table.where('email', email.toLowerCase()),
		change: (contact, changes) =>
			table.put({ ...contact, ...changes, updated_at: options.now(contact) }),
		searchable() {
			updateIndex();
			return [...index.newestFirst()];
		},
		clear() {
			table.clear();
			index.clear();
			waiting = [];
		},
	};
}
