import type { AccessLevel } from './access-level.ts';
import { hasNoMoreRetries, lapsedAt, stageOf, type PaymentFacts } from './stage.ts';
import type { Subscription } from './subscription.ts';

const DAY_MS = 86_400_000;

/** How long each rung of the ladder lasts. */
export interface AccessPolicy {
	/** Days of `grace` after the first failed charge; then `read_only`. */
	readonly graceDays: number;
	/** Days of `read_only` after a trial that did not convert; then `suspended`. */
	readonly lapsedReadOnlyDays: number;
	/** While a subscription rests because somebody asked for it. */
	readonly whenPaused: AccessLevel;
}

export const DEFAULT_ACCESS_POLICY: AccessPolicy = {
	graceDays: 7,
	lapsedReadOnlyDays: 14,
	whenPaused: 'read_only',
};

export interface AccessFacts extends PaymentFacts {
	/** Since when the subscription is past due, null when it is not. */
	readonly failingSince: Date | null;
}

export const ACCESS_REASONS = [
	'trialing',
	'active',
	'cancellation_scheduled',
	'paused',
	'past_due',
	'unpaid',
	'trial_lapsed',
	'canceled',
	'no_subscription',
] as const;
export type AccessReason = (typeof ACCESS_REASONS)[number];

export interface AccessDecision {
	readonly level: AccessLevel;
	readonly reason: AccessReason;
	/** When the level will be another one if nothing happens; null when time alone changes nothing. */
	readonly until: Date | null;
}

/** The access that the state of billing asks for, and why. `none` is only ever asked for where there was nothing yet. */
export function decideAccess(
	subscription: Subscription | null,
	facts: AccessFacts,
	policy: AccessPolicy,
	now: Date,
): AccessDecision {
	if (!subscription) return lasting('none', 'no_subscription');
	if (isPausedOnRequest(subscription)) return lasting(policy.whenPaused, 'paused');
	if (hasNoMoreRetries(subscription)) return lasting('suspended', 'unpaid');
	switch (stageOf(subscription, facts, now)) {
		case 'trialing':
			return fullUntilItEnds(subscription, 'trialing', subscription.trial?.endsAt ?? null);
		case 'active':
			return fullUntilItEnds(subscription, 'active', null);
		case 'past_due':
			return whilePastDue(facts.failingSince ?? now, policy, now);
		case 'lapsed':
			return afterLapse(lapsedAt(subscription) ?? now, policy, now);
		case 'churned':
			return lasting('suspended', 'canceled');
		case 'none':
			return subscription.status === 'canceled'
				? lasting('suspended', 'canceled')
				: lasting('none', 'no_subscription');
	}
}

/** Whether a restriction with this reason came from billing, so that a payment may lift it. */
export function isAccessReason(reason: string): reason is AccessReason {
	return ACCESS_REASONS.some((known) => known === reason);
}

/** A cancellation takes nothing away before the end of what was promised. */
function fullUntilItEnds(
	{ cancelsAt }: Subscription,
	reason: 'trialing' | 'active',
	end: Date | null,
): AccessDecision {
	if (!cancelsAt || (end && end < cancelsAt)) return { level: 'full', reason, until: end };
	return { level: 'full', reason: 'cancellation_scheduled', until: cancelsAt };
}

function whilePastDue(failingSince: Date, { graceDays }: AccessPolicy, now: Date): AccessDecision {
	const until = daysAfter(failingSince, graceDays);
	return now < until
		? { level: 'grace', reason: 'past_due', until }
		: lasting('read_only', 'past_due');
}

function afterLapse(since: Date, { lapsedReadOnlyDays }: AccessPolicy, now: Date): AccessDecision {
	const until = daysAfter(since, lapsedReadOnlyDays);
	return now < until
		? { level: 'read_only', reason: 'trial_lapsed', until }
		: lasting('suspended', 'trial_lapsed');
}

function isPausedOnRequest({ status, pausedFor }: Subscription): boolean {
	return status === 'paused' && (pausedFor === 'pause_requested' || pausedFor === 'system');
}

function lasting(level: AccessLevel, reason: AccessReason): AccessDecision {
	return { level, reason, until: null };
}

function daysAfter(instant: Date, days: number): Date {
	return new Date(instant.getTime() + days * DAY_MS);
}
