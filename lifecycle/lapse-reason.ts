import type { Subscription } from './subscription.ts';

/** Why a trial ended without becoming a paid subscription. */
export const LAPSE_REASONS = ['no_payment_method', 'payment_failed', 'canceled'] as const;
export type LapseReason = (typeof LAPSE_REASONS)[number];

/** Stripe ends a trial for want of a card at its very end, and for a refused card days after. */
const AT_TRIAL_END_MS = 3_600_000;

/** The reason of a trial that has lapsed, as far as its subscription alone tells; meaningless in any other stage. */
export function lapseReason(subscription: Subscription): LapseReason {
	if (wasCanceledInTrial(subscription)) return 'canceled';
	const hadCard = subscription.hasPaymentMethod && !endedForWantOfCard(subscription);
	return hadCard ? 'payment_failed' : 'no_payment_method';
}

function wasCanceledInTrial({ trial, cancelRequestedAt }: Subscription): boolean {
	return trial !== null && cancelRequestedAt !== null && cancelRequestedAt < trial.endsAt;
}

/** A card that is there now may have come later. */
function endedForWantOfCard({ trial, pausedFor, endedAt }: Subscription): boolean {
	if (pausedFor === 'trial_end_without_payment_method') return true;
	return (
		trial !== null &&
		endedAt !== null &&
		endedAt.getTime() - trial.endsAt.getTime() < AT_TRIAL_END_MS
	);
}
