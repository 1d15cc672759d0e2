import { DateTime, IANAZone } from 'luxon';
import type { Subscription } from './subscription.ts';

const DAY_MS = 86_400_000;

/** Two years: https://docs.stripe.com/billing/subscriptions/trials */
export const MAX_TRIAL_DAYS = 730;

/** How long a trial lasts: in days of 24 hours from now, as Stripe counts, or until an instant. */
export type TrialLength = { readonly days: number } | { readonly endsAt: Date };

/** What happens when the trial is over and nobody does anything more. */
export type TrialOutcome =
	| 'charges_card'
	| 'pauses'
	| 'cancels'
	| 'invoices'
	/** A cancellation is scheduled for the end of the trial or before. */
	| 'ends_as_requested';

/** When a trial that starts now will end. Throws a RangeError with a sentence for the operator. */
export function trialEnd(length: TrialLength, now: Date): Date {
	return 'days' in length ? endAfterDays(length.days, now) : endAtInstant(length.endsAt, now);
}

/**
 * Days until the trial ends as a person in that zone counts them on a calendar: 0 on the day itself,
 * 1 on the day before whatever the hour, negative afterwards.
 */
export function daysLeft(endsAt: Date, now: Date, timeZone: string): number {
	const endDay = dayIn(timeZone, endsAt);
	return Math.round(endDay.diff(dayIn(timeZone, now), 'days').days);
}

/** The days that somebody still has: none once the trial is over or was cut short, null where there never was one. */
export function trialDaysLeft(
	subscription: Subscription,
	now: Date,
	timeZone: string,
): number | null {
	const { trial } = subscription;
	if (!trial) return null;
	return isInTrial(subscription, now) ? Math.max(0, daysLeft(trial.endsAt, now, timeZone)) : 0;
}

/** A trial offer that costs something makes the subscription active from the start. */
export function isInTrial({ status, trial }: Subscription, now: Date): boolean {
	return status === 'trialing' || (status === 'active' && trial !== null && trial.endsAt > now);
}

export function isTimeZone(value: string): boolean {
	return IANAZone.isValidZone(value);
}

export function outcomeAtTrialEnd(subscription: Subscription): TrialOutcome {
	if (endsBeforeFirstCharge(subscription)) return 'ends_as_requested';
	if (subscription.hasPaymentMethod) return 'charges_card';
	switch (subscription.withoutPaymentMethod) {
		case 'pause':
			return 'pauses';
		case 'cancel':
			return 'cancels';
		case 'create_invoice':
			return 'invoices';
	}
}

function endAfterDays(days: number, now: Date): Date {
	if (!Number.isInteger(days) || days < 1 || days > MAX_TRIAL_DAYS) {
		throw new RangeError(`A trial lasts 1 to ${MAX_TRIAL_DAYS} whole days, not ${days}`);
	}
	return new Date(now.getTime() + days * DAY_MS);
}

function endAtInstant(endsAt: Date, now: Date): Date {
	const untilEnd = endsAt.getTime() - now.getTime();
	if (Number.isNaN(untilEnd)) throw new RangeError('The end of the trial is not a date');
	if (untilEnd <= 0) {
		throw new RangeError(`A trial must end in the future, not at ${endsAt.toISOString()}`);
	}
	if (untilEnd > MAX_TRIAL_DAYS * DAY_MS) {
		throw new RangeError(
			`A trial ends at most ${MAX_TRIAL_DAYS} days from now, not at ${endsAt.toISOString()}`,
		);
	}
	return endsAt;
}

function endsBeforeFirstCharge({ cancelsAt, trial }: Subscription): boolean {
	return cancelsAt !== null && (trial === null || cancelsAt <= trial.endsAt);
}

/** Midnights are compared as UTC dates, so a day of 23 or 25 hours counts as one. */
function dayIn(timeZone: string, instant: Date): DateTime {
	const local = DateTime.fromJSDate(instant, { zone: timeZone });
	if (!local.isValid) {
		throw new RangeError(`${local.invalidExplanation ?? 'Not a date'} (time zone "${timeZone}")`);
	}
	return DateTime.utc(local.year, local.month, local.day);
}
