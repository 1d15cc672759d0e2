/** What a contact has said about being written to, and what happened to earlier mail. */
export interface Consent {
	readonly isUnsubscribed: boolean;
	readonly hasHardBounced: boolean;
	readonly hasReportedSpam: boolean;
}

/** Transactional: about the account itself, wanted whatever the newsletter settings. Marketing: everything else. */
export const MESSAGE_CATEGORIES = ['marketing', 'transactional'] as const;
export type MessageCategory = (typeof MESSAGE_CATEGORIES)[number];

export type SuppressionReason = 'unsubscribed' | 'hard_bounce' | 'spam_report' | 'replied';

/**
 * Why a message of this category must not go to this contact, or null. Mail to a dead mailbox, or to one
 * that reported us, harms every later mail; a message inside the product needs neither. One-to-one sends of
 * Intercom reach unsubscribed people, so this check is ours: https://www.intercom.com/help/en/articles/270
 */
export function suppressionReason(
	consent: Consent,
	category: MessageCategory,
	channel: 'email' | 'inapp',
): SuppressionReason | null {
	if (channel === 'email' && consent.hasHardBounced) return 'hard_bounce';
	if (channel === 'email' && consent.hasReportedSpam) return 'spam_report';
	return category === 'marketing' && consent.isUnsubscribed ? 'unsubscribed' : null;
}
