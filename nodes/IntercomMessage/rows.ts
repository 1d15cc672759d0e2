import type { Intercom } from 'intercom-client';
import type { IDataObject } from 'n8n-workflow';
import type { Consent } from '../../lifecycle/consent.ts';
import { isContactId } from '../../services/intercom/contacts.ts';

/** A contact as operators see it: instants as ISO strings, absent values as null. */
export function toContactRow(contact: Intercom.Contact): IDataObject {
	return {
		accountId: contact.external_id ?? null,
		contactId: contact.id,
		role: contact.role,
		email: contact.email ?? null,
		name: contact.name ?? null,
		phone: contact.phone ?? null,
		language: contact.language_override ?? null,
		...toConsent(contact),
		signedUpAt: toInstant(contact.signed_up_at),
		lastSeenAt: toInstant(contact.last_seen_at),
		lastRepliedAt: toInstant(contact.last_replied_at),
		createdAt: toInstant(contact.created_at),
		attributes: { ...contact.custom_attributes },
	};
}

/** A contact that is not there is an answer, not an error. */
export function toAbsentContactRow(reference: string): IDataObject {
	return isContactId(reference)
		? { accountId: null, contactId: reference }
		: { accountId: reference, contactId: null };
}

export function toConsent(contact: Intercom.Contact): Consent & IDataObject {
	return {
		isUnsubscribed: contact.unsubscribed_from_emails ?? false,
		hasHardBounced: contact.has_hard_bounced ?? false,
		hasReportedSpam: contact.marked_email_as_spam ?? false,
	};
}

function toInstant(seconds: number | null | undefined): string | null {
	return seconds === null || seconds === undefined ? null : new Date(seconds * 1000).toISOString();
}
