import { DateTime } from 'luxon';
import type { Account } from '../account.ts';
import { atMinutes, firstAllowed } from './pacing.ts';
import { isMarketing, type Journey, type Pacing, type Step, type StepAnchor } from './step.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A calendar day, and the hour that clocks are set by. */
const LOCAL_SLACK_MS = 26 * HOUR_MS;
/** The longest wait for a weekday, and for the end of the quiet hours. */
const WEEKDAY_SLACK_MS = 7 * DAY_MS;
const QUIET_SLACK_MS = DAY_MS;
/** After a longer outage nothing older is recorded as missed. */
const LONGEST_LOOK_BACK_MS = 30 * DAY_MS;

/** When a step may happen to somebody. */
export interface StepWindow {
	readonly anchorAt: Date;
	readonly dueAt: Date;
	/** Due, and out of the quiet hours. */
	readonly opensAt: Date;
	/** Not included. */
	readonly closesAt: Date;
}

/** The instant that a step counts from, null where it does not exist for this account. */
export function anchorOf({ subscription, ...account }: Account, anchor: StepAnchor): Date | null {
	switch (anchor) {
		case 'trialStart':
			return subscription?.trial?.startedAt ?? null;
		case 'trialEnd':
			return subscription?.trial?.endsAt ?? null;
		case 'lapse':
			return account.lapsedAt;
		// Who left in the trial has lapsed when it ends, and is written to from then on as all who have.
		case 'cancellation':
			if (account.stage === 'lapsed') return null;
			return subscription?.cancelRequestedAt ?? subscription?.endedAt ?? null;
		case 'subscriptionEnd':
			if (account.stage === 'lapsed') return null;
			return subscription?.endedAt ?? subscription?.cancelsAt ?? null;
		case 'firstFailedPayment':
			return account.failingSince;
		case 'signUp':
			return account.signedUpAt;
	}
}

/** When the step is due for somebody in that zone, by their calendar where it counts in days. */
export function dueAt(step: Step, anchorAt: Date, timeZone: string): Date {
	const sign = step.direction === 'before' ? -1 : 1;
	if (step.unit === 'hours') return new Date(anchorAt.getTime() + sign * step.amount * HOUR_MS);
	const anchor = DateTime.fromJSDate(anchorAt, { zone: timeZone });
	const day = anchor.plus({ days: sign * step.amount });
	if (step.timeOfDay === null) return day.toJSDate();
	const due = atMinutes(day, step.timeOfDay);
	// "On the day itself, at nine" of what happens at eight: the nine o'clock on the right side of it.
	const isOnWrongSide = sign * (due.toMillis() - anchorAt.getTime()) < 0;
	return (isOnWrongSide ? atMinutes(due.plus({ days: sign }), step.timeOfDay) : due).toJSDate();
}

/** Null where the step never comes: no anchor, or a trial shorter than the step is long. */
export function windowOf(step: Step, account: Account, journey: Journey): StepWindow | null {
	const anchorAt = anchorOf(account, step.anchor);
	if (!anchorAt) return null;
	const timeZone = zoneOf(account, journey);
	const due = dueAt(step, anchorAt, timeZone);
	const startedAt = account.subscription?.trial?.startedAt;
	if (step.anchor === 'trialEnd' && startedAt && due < startedAt) return null;
	const opensAt = isMarketing(step) ? firstAllowed(due, journey.pacing, timeZone) : due;
	const stale = opensAt.getTime() + step.usefulForHours * HOUR_MS;
	const end = step.direction === 'before' ? Math.min(stale, anchorAt.getTime()) : stale;
	return { anchorAt, dueAt: due, opensAt, closesAt: new Date(end) };
}

/** The contact's own zone, else the journey's. */
export function zoneOf({ timeZone }: Account, { pacing }: Journey): string {
	return timeZone !== null && DateTime.utc().setZone(timeZone).isValid ? timeZone : pacing.timeZone;
}

/**
 * From when on a reply counts as one to this journey, by the real time in which people reply: an account on a test
 * clock may be ahead of it.
 */
export function startOf(journey: Journey, account: Account, aheadMs: number): Date | null {
	const starts = journey.steps.flatMap((step) => {
		const window = windowOf(step, account, journey);
		if (!window) return [];
		return step.direction === 'after' ? [window.anchorAt] : [window.dueAt];
	});
	const first = Math.min(...starts.map((at) => at.getTime()));
	return starts.length > 0 ? new Date(first - aheadMs) : null;
}

/**
 * Where the anchors lie of all for whom the step is open now or has closed since the last look: wide enough for
 * every time zone and pacing rule, narrow enough to ask an index for.
 */
export function anchorsDue(
	step: Step,
	{ pacing }: Journey,
	now: Date,
	lastLookAt: Date | null,
): { readonly from: Date; readonly to: Date } {
	const offset = lengthOf(step) * (step.direction === 'before' ? -1 : 1);
	const slack = step.unit === 'hours' ? 0 : LOCAL_SLACK_MS;
	const look = Math.max(
		Math.min(now.getTime(), lastLookAt?.getTime() ?? Infinity),
		now.getTime() - LONGEST_LOOK_BACK_MS,
	);
	const longest = step.usefulForHours * HOUR_MS + (isMarketing(step) ? longestWait(pacing) : 0);
	const earliest = look - longest - offset - slack;
	return {
		// A countdown is closed when it is over.
		from: new Date(step.direction === 'before' ? Math.max(earliest, look) : earliest),
		to: new Date(now.getTime() - offset + slack + 1),
	};
}

function longestWait({ quiet, weekdays }: Pacing): number {
	return (weekdays.length > 0 ? WEEKDAY_SLACK_MS : 0) + (quiet ? QUIET_SLACK_MS : 0);
}

function lengthOf({ amount, unit }: Step): number {
	return amount * (unit === 'days' ? DAY_MS : HOUR_MS);
}
