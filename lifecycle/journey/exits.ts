import { suppressionReason, type SuppressionReason } from '../consent.ts';
import type { Traveller } from './conditions.ts';
import { isMarketing, type Journey, type Step } from './step.ts';
import { startOf } from './timing.ts';

const DAY_MS = 86_400_000;

export type ExitReason =
	| 'converted'
	/** Asked to leave; the end is still to come. */
	| 'cancellation_scheduled'
	| 'replied'
	| 'milestone_reached'
	| 'journey_over'
	| SuppressionReason;

export interface ExitMoment {
	/** By the account's own clock. */
	readonly now: Date;
	/** How far that clock is ahead of the real time. */
	readonly aheadMs: number;
}

/** Why the journey has ended for this person as far as this step goes, or null. */
export function exitFor(
	step: Step,
	anchorAt: Date,
	journey: Journey,
	traveller: Traveller,
	{ now, aheadMs }: ExitMoment,
): ExitReason | null {
	const { exits } = journey;
	const { account, milestones } = traveller;
	if (exits.converted && hasConverted(journey, traveller)) return 'converted';
	if (isLeaving(step, traveller)) return 'cancellation_scheduled';
	if (exits.milestones.some((name) => milestones.includes(name))) return 'milestone_reached';
	if (exits.afterDays !== null && now.getTime() >= anchorAt.getTime() + exits.afterDays * DAY_MS) {
		return 'journey_over';
	}
	if (!isMarketing(step)) return null;
	if (exits.replied && hasReplied(journey, traveller, aheadMs)) return 'replied';
	return exits.unsubscribed && account.consent
		? suppressionReason(account.consent, 'marketing', 'email')
		: null;
}

/** A journey for customers alone does not end because they are customers. */
function hasConverted({ audience }: Journey, { account: { stage } }: Traveller): boolean {
	return stage === 'active' && audience.some((other) => other !== 'active');
}

/**
 * Who has asked to leave is not told how many days are left. What the product has to do stays to be done, and so
 * does what follows from a debt.
 */
function isLeaving({ anchor, settledBy }: Step, { account }: Traveller): boolean {
	return (
		settledBy === 'message' &&
		anchor !== 'cancellation' &&
		anchor !== 'subscriptionEnd' &&
		anchor !== 'firstFailedPayment' &&
		['trialing', 'active', 'past_due'].includes(account.stage) &&
		account.subscription?.cancelsAt != null
	);
}

function hasReplied(journey: Journey, { account }: Traveller, aheadMs: number): boolean {
	const startedAt = startOf(journey, account, aheadMs);
	return account.lastRepliedAt !== null && startedAt !== null && account.lastRepliedAt >= startedAt;
}
