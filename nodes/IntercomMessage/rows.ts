import type { Intercom } from 'intercom-client';
import type { IDataObject } from 'n8n-workflow';
import type { Consent } from '../../lifecycle/consent.ts';

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
