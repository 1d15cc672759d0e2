import type { ContactEventName } from '../../lifecycle/contact-events.ts';

/**
 * The topics by which Intercom tells of each event.
 * https://developers.intercom.com/docs/references/webhooks/webhook-models
 */
const TOPICS = {
	replied: ['conversation.user.replied', 'conversation.user.created'],
	unsubscribed: ['contact.unsubscribed'],
	resubscribed: ['contact.subscribed'],
	bounced: ['content_stat.email'],
	spam_reported: ['content_stat.email'],
	contact_created: ['contact.user.created', 'contact.lead.created'],
	contact_updated: ['contact.user.updated', 'contact.lead.updated'],
} as const satisfies Record<ContactEventName, readonly string[]>;

/** One topic tells of everything that can become of an e-mail. */
const EMAIL_TOPIC = 'content_stat.email';
const EMAIL_FATES: Readonly<Record<string, ContactEventName>> = {
	hard_bounce: 'bounced',
	spam_complaint: 'spam_reported',
};

/** Sent to see whether anybody is there. */
export const PING_TOPIC = 'ping';

export function topicsOf(events: readonly ContactEventName[]): string[] {
	return [...new Set(events.flatMap((event) => TOPICS[event]))].sort();
}

/** Null for a topic, or a fate of an e-mail, that has no word of ours. */
export function eventOf(topic: string, emailFate: string | null): ContactEventName | null {
	if (topic === EMAIL_TOPIC) return EMAIL_FATES[emailFate ?? ''] ?? null;
	const found = Object.entries(TOPICS).find(([, topics]) =>
		topics.some((known) => known === topic),
	);
	return found ? (found[0] as ContactEventName) : null;
}
