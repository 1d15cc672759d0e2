import { lapsedAt, type Stage } from './stage.ts';
import type { Subscription, SubscriptionStatus } from './subscription.ts';

const DAY_MS = 86_400_000;

/** Which trials somebody wants to see: running ones, or those that became of trials. */
export interface TrialFilter {
	/** Null for every trial there ever was. */
	readonly stage: TrialStage | null;
	/** At most so many days to go. */
	readonly endsWithinDays: number | null;
	/** Lapsed at most so many days ago. */
	readonly lapsedWithinDays: number | null;
	/** Lapsed at least so many days ago. */
	readonly lapsedForDays: number | null;
}

/** The stages that a subscription with a trial can be in. */
export type TrialStage = Exclude<Stage, 'none'>;

/** Where subscriptions of a stage are to be looked for. Those that only the clock has ended follow within minutes. */
export function statusesOf(stage: TrialStage | null): readonly SubscriptionStatus[] {
	switch (stage) {
		case null:
			return ['trialing', 'active', 'past_due', 'unpaid', 'paused', 'canceled'];
		case 'trialing':
			return ['trialing', 'paused'];
		case 'active':
			return ['active', 'paused'];
		case 'past_due':
			return ['past_due', 'unpaid', 'paused'];
		case 'lapsed':
			return ['paused', 'past_due', 'unpaid', 'canceled'];
		case 'churned':
			return ['canceled'];
	}
}

/** By its dates alone, before anybody asks what was paid. */
export function mayBeWanted(
	subscription: Subscription,
	{ endsWithinDays, lapsedWithinDays, lapsedForDays }: TrialFilter,
	now: Date,
): boolean {
	const { trial } = subscription;
	if (!trial) return false;
	const untilEnd = trial.endsAt.getTime() - now.getTime();
	if (endsWithinDays !== null && (untilEnd < 0 || untilEnd > endsWithinDays * DAY_MS)) return false;
	if (lapsedWithinDays === null && lapsedForDays === null) return true;
	const sinceLapse = now.getTime() - (lapsedAt(subscription) ?? trial.endsAt).getTime();
	return (
		sinceLapse >= (lapsedForDays ?? 0) * DAY_MS &&
		sinceLapse <= (lapsedWithinDays ?? Number.POSITIVE_INFINITY) * DAY_MS
	);
}
