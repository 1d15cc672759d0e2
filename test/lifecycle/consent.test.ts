import { suppressionReason, type Consent } from '../../lifecycle/consent.ts';

const WILLING: Consent = { isUnsubscribed: false, hasHardBounced: false, hasReportedSpam: false };

describe('suppressionReason', () => {
	it.each([
		[{}, 'marketing', 'email', null],
		[{ isUnsubscribed: true }, 'marketing', 'email', 'unsubscribed'],
		[{ isUnsubscribed: true }, 'marketing', 'inapp', 'unsubscribed'],
		[{ isUnsubscribed: true }, 'transactional', 'email', null],
		[{ hasHardBounced: true }, 'transactional', 'email', 'hard_bounce'],
		[{ hasHardBounced: true }, 'marketing', 'inapp', null],
		[{ hasReportedSpam: true }, 'transactional', 'email', 'spam_report'],
		[{ hasReportedSpam: true }, 'marketing', 'inapp', null],
		[{ isUnsubscribed: true, hasHardBounced: true }, 'marketing', 'email', 'hard_bounce'],
	] as const)('%j, %s by %s: %s', (consent, category, channel, reason) => {
		expect(suppressionReason({ ...WILLING, ...consent }, category, channel)).toBe(reason);
	});
});
