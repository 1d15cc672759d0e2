import { emailDomain } from './email.ts';
import type { Subscription } from './subscription.ts';

const DAY_MS = 86_400_000;

export interface TrialPolicy {
	/** Days after which someone who had a trial may have another; null means never. */
	readonly coolOffDays: number | null;
	/** Domains (with everything below them) whose people get no trial. */
	readonly blockedDomains: readonly string[];
	/** A human's decision to give a trial all the same. Never opens a second subscription beside a live one. */
	readonly override: { readonly reason: string } | null;
}

export const ONE_TRIAL_EVER: TrialPolicy = {
	coolOffDays: null,
	blockedDomains: [],
	override: null,
};

export interface TrialRequest {
	readonly email: string | null;
	/** Every subscription of this person: all plans, all statuses, all customers with the same canonical e-mail. */
	readonly history: readonly Subscription[];
	/** Trials known by other signs: of a customer with the same card, of an erased account, ... */
	readonly trialsElsewhere?: readonly TrialElsewhere[];
	readonly policy: TrialPolicy;
	readonly now: Date;
}

export interface TrialElsewhere {
	/** `email`: only a hash is left of that account. `fingerprint`: the operator's own sign, such as a company domain. */
	readonly sharedBy: 'email' | 'card' | 'fingerprint';
	readonly endedAt: Date;
}

/** Where a subscription carries the hash of the operator's own sign until its trial is seen. */
export const TRIAL_FINGERPRINT = 'trial_fingerprint';

export type EligibilityReason =
	/** Never had a trial. */
	| 'new'
	| 'trialing'
	| 'subscribed'
	| 'had_trial'
	| 'same_card'
	| 'same_fingerprint'
	| 'blocked_domain'
	| 'cool_off_over'
	| 'overridden';

export interface Eligibility {
	readonly eligible: boolean;
	readonly reason: EligibilityReason;
	/** Oldest first. */
	readonly previousTrials: readonly PreviousTrial[];
	/** When the cool-off will be over; null when it is not what stands in the way. */
	readonly eligibleAt: Date | null;
}

export interface PreviousTrial {
	readonly subscriptionId: string;
	readonly startedAt: Date;
	/** When it really ended: earlier than planned if it was cut short, later if it was extended. */
	readonly endedAt: Date;
	readonly priceIds: readonly string[];
}

/** Whether this person may start a trial now, and why. */
export function trialEligibility(request: TrialRequest): Eligibility {
	const verdict = judge(request);
	const mayOverride = request.policy.override !== null && !isLiveReason(verdict.reason);
	return {
		...(verdict.eligible || !mayOverride
			? verdict
			: { eligible: true, reason: 'overridden', eligibleAt: null }),
		previousTrials: previousTrials(request.history),
	};
}

type Verdict = Omit<Eligibility, 'previousTrials'>;

function judge({ email, history, trialsElsewhere = [], policy, now }: TrialRequest): Verdict {
	if (history.some(isTrialRunning)) return refused('trialing');
	if (history.some(isSubscribed)) return refused('subscribed');
	if (email !== null && isBlocked(email, policy.blockedDomains)) return refused('blocked_domain');

	const past = [...ownPast(history), ...trialsElsewhere.map(toPast)];
	const blocking = past.find(({ endedAt }) => !isCoolOffOver(endedAt, policy, now));
	if (!blocking) return granted(past.length > 0 ? 'cool_off_over' : 'new');
	return refused(blocking.reason, lastCoolOffEnd(past, policy));
}

interface Past {
	readonly reason: 'had_trial' | 'same_card' | 'same_fingerprint';
	readonly endedAt: Date;
}

const REASON_BY_SIGN = {
	email: 'had_trial',
	card: 'same_card',
	fingerprint: 'same_fingerprint',
} as const satisfies Record<TrialElsewhere['sharedBy'], Past['reason']>;

const toPast = ({ sharedBy, endedAt }: TrialElsewhere): Past => ({
	reason: REASON_BY_SIGN[sharedBy],
	endedAt,
});

/**
 * Somebody who had a trial cools off from the end of the last thing they had: otherwise a customer of three
 * years could leave today and start a trial tomorrow.
 */
function ownPast(history: readonly Subscription[]): readonly Past[] {
	if (!history.some(hadTrial)) return [];
	return history
		.filter(hasBegun)
		.map((subscription) => ({ reason: 'had_trial', endedAt: lastDay(subscription) }));
}

function lastDay({ endedAt, trial, createdAt }: Subscription): Date {
	return endedAt ?? trial?.endsAt ?? createdAt;
}

function isCoolOffOver(endedAt: Date, policy: TrialPolicy, now: Date): boolean {
	const end = coolOffEnd(endedAt, policy);
	return end !== null && end <= now;
}

function coolOffEnd(endedAt: Date, { coolOffDays }: TrialPolicy): Date | null {
	return coolOffDays === null ? null : new Date(endedAt.getTime() + coolOffDays * DAY_MS);
}

function lastCoolOffEnd(past: readonly Past[], policy: TrialPolicy): Date | null {
	const lastEnd = Math.max(...past.map(({ endedAt }) => endedAt.getTime()));
	return coolOffEnd(new Date(lastEnd), policy);
}

function previousTrials(history: readonly Subscription[]): readonly PreviousTrial[] {
	return history
		.filter(hadTrial)
		.map(({ id, trial, endedAt, plans }) => ({
			subscriptionId: id,
			startedAt: trial.startedAt,
			endedAt: endedAt && endedAt < trial.endsAt ? endedAt : trial.endsAt,
			priceIds: plans.map(({ priceId }) => priceId),
		}))
		.sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
}

type WithTrial = Subscription & { readonly trial: NonNullable<Subscription['trial']> };

function hadTrial(subscription: Subscription): subscription is WithTrial {
	return subscription.trial !== null && hasBegun(subscription);
}

/** A subscription whose first payment never came gave nobody anything. */
function hasBegun({ status }: Subscription): boolean {
	return status !== 'incomplete' && status !== 'incomplete_expired';
}

function isTrialRunning({ status }: Subscription): boolean {
	return status === 'trialing';
}

/** Still there and meant to be paid. A trial that paused for want of a card is over, though Stripe keeps it. */
function isSubscribed({ status, pausedFor }: Subscription): boolean {
	switch (status) {
		case 'active':
		case 'past_due':
		case 'unpaid':
			return true;
		case 'paused':
			return pausedFor !== null && pausedFor !== 'trial_end_without_payment_method';
		case 'trialing':
		case 'canceled':
		case 'incomplete':
		case 'incomplete_expired':
			return false;
	}
}

function isBlocked(email: string, blockedDomains: readonly string[]): boolean {
	const domain = emailDomain(email);
	return (
		domain !== null &&
		blockedDomains
			.map((blocked) => emailDomain(`anyone@${blocked.trim()}`))
			.some((blocked) => blocked !== null && `.${domain}`.endsWith(`.${blocked}`))
	);
}

function isLiveReason(reason: EligibilityReason): boolean {
	return reason === 'trialing' || reason === 'subscribed';
}

function granted(reason: EligibilityReason): Verdict {
	return { eligible: true, reason, eligibleAt: null };
}

function refused(reason: EligibilityReason, eligibleAt: Date | null = null): Verdict {
	return { eligible: false, reason, eligibleAt };
}
