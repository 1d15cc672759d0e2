import type { Consent } from './consent.ts';

/** What people do, as Intercom notices it, in words of the business. */
export const CONTACT_EVENTS = [
	'replied',
	'unsubscribed',
	'resubscribed',
	'bounced',
	'spam_reported',
	'contact_created',
	'contact_updated',
] as const;
export type ContactEventName = (typeof CONTACT_EVENTS)[number];

export function isContactEvent(value: string): value is ContactEventName {
	return CONTACT_EVENTS.some((event) => event === value);
}

/** Whether the person has changed their mind since. */
export function isOvertaken(event: ContactEventName, { isUnsubscribed }: Consent): boolean {
	switch (event) {
		case 'unsubscribed':
			return !isUnsubscribed;
		case 'resubscribed':
			return isUnsubscribed;
		default:
			return false;
	}
}

/**
 * One deed, whoever tells of it: the node that unsubscribed somebody and Intercom, which notices it, make one
 * entry of the timeline. Twice on one day is once.
 */
export function unsubscribedKey(contactId: string, from: string, at: Date): string {
	return `unsubscribed/${contactId}/${from}/${at.toISOString().slice(0, 10)}`;
}
