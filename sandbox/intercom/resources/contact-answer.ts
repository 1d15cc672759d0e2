import type { StandInRequest } from '../../kernel/http.ts';
import { isFrom216 } from '../api/versions.ts';
import type { Contact } from '../state/contacts.ts';
import type { Workspace } from '../state/workspace.ts';

const LISTED_INSIDE = 10;

/** A contact as the version that was asked for writes it. */
export function toContact(workspace: Workspace, contact: Contact, request: StandInRequest) {
	const { owner_id: ownerId } = contact;
	const ownerInVersion = ownerId !== null && isFrom216(request) ? String(ownerId) : ownerId;
	return { ...toContactItem(workspace, contact), owner_id: ownerInVersion };
}

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts */
export function toContactItem(workspace: Workspace, contact: Contact) {
	const { id, tags, companyIds } = contact;
	const noteIds = workspace.notes.where('contact', id).map((note) => note.id);
	return {
		type: 'contact',
		id,
		workspace_id: workspace.id,
		external_id: contact.external_id,
		role: contact.role,
		email: contact.email,
		email_domain: contact.email?.split('@')[1] ?? null,
		phone: contact.phone,
		name: contact.name,
		avatar: contact.avatar,
		owner_id: contact.owner_id,
		has_hard_bounced: contact.has_hard_bounced,
		marked_email_as_spam: contact.marked_email_as_spam,
		unsubscribed_from_emails: contact.unsubscribed_from_emails,
		created_at: contact.created_at,
		updated_at: contact.updated_at,
		signed_up_at: contact.signed_up_at,
		last_seen_at: contact.last_seen_at,
		last_replied_at: contact.last_replied_at,
		last_contacted_at: contact.last_contacted_at,
		last_email_opened_at: contact.last_email_opened_at,
		last_email_clicked_at: contact.last_email_clicked_at,
		language_override: contact.language_override,
		browser: null,
		browser_version: null,
		browser_language: contact.browser_language,
		os: null,
		location: { type: 'location', country: null, region: null, city: null },
		android_app_name: null,
		android_app_version: null,
		android_device: null,
		android_os_version: null,
		android_sdk_version: null,
		android_last_seen_at: null,
		ios_app_name: null,
		ios_app_version: null,
		ios_device: null,
		ios_os_version: null,
		ios_sdk_version: null,
		ios_last_seen_at: null,
		custom_attributes: contact.custom_attributes,
		tags: inside(
			id,
			'tags',
			'tag',
			tags.map((tag) => tag.id),
		),
		notes: inside(id, 'notes', 'note', noteIds),
		companies: inside(id, 'companies', 'company', companyIds),
		social_profiles: { data: [] },
	};
}

/** How lists of other objects appear inside a contact: the first ten, by address. */
function inside(contactId: string, name: string, type: string, ids: readonly string[]) {
	return {
		data: ids.slice(0, LISTED_INSIDE).map((id) => ({ type, id, url: `/${name}/${id}` })),
		url: `/contacts/${contactId}/${name}`,
		total_count: ids.length,
		has_more: ids.length > LISTED_INSIDE,
	};
}

/** What is left in answers about contacts that can no longer be read. */
export function toReference({ id, external_id: externalId }: Contact) {
	return { type: 'contact', id, external_id: externalId };
}
