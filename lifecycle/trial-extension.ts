import { createHash } from 'node:crypto';
import type { Subscription } from './subscription.ts';
import { trialEnd, type TrialLength } from './trial.ts';

const DAY_MS = 86_400_000;

/** What an operator grants at most. */
export interface ExtensionLimits {
	/** How many times one trial may be extended. */
	readonly maxExtensions: number;
	/** How many days all its extensions may add up to. */
	readonly maxDaysInAll: number;
}

export interface ExtensionRequest {
	/** By how much, counted from the end of the trial or from now when it is over; or until when. */
	readonly by: TrialLength;
	/** Who asks: a repeat of the same request extends nothing. Null for the wish itself ("7 days more"). */
	readonly key: string | null;
	readonly limits: ExtensionLimits;
}

export type ExtensionVerdict =
	| {
			readonly kind: 'extend';
			readonly endsAt: Date;
			/** What the subscription remembers of its extensions. */
			readonly metadata: Readonly<Record<string, string>>;
	  }
	/** This very request was met before, or the trial ends at that date anyway. */
	| { readonly kind: 'done' }
	| { readonly kind: 'refused'; readonly reason: ExtensionRefusal };

export type ExtensionRefusal =
	/** It converted, was canceled, or never was one. */
	| 'no_trial'
	/** That would be no later than it ends now. */
	| 'not_later'
	| 'too_often'
	| 'too_long';

/** How a trial was extended so far, as its subscription remembers it. */
export interface Extensions {
	readonly count: number;
	readonly days: number;
	readonly requests: readonly string[];
}

const COUNT = 'trial_extensions';
const DAYS = 'trial_extension_days';
const REQUESTS = 'trial_extension_requests';
/** Metadata values hold 500 characters: https://docs.stripe.com/metadata */
const REMEMBERED_REQUESTS = 50;

export function extensionsOf({ metadata }: Pick<Subscription, 'metadata'>): Extensions {
	return {
		count: Number(metadata[COUNT] ?? 0),
		days: Number(metadata[DAYS] ?? 0),
		requests: metadata[REQUESTS]?.split(',') ?? [],
	};
}

/**
 * Whether this trial may be extended, and to when. A trial that ended without a card may be taken up again
 * as long as its subscription is only paused. Throws a RangeError for an impossible length.
 */
export function judgeExtension(
	subscription: Subscription,
	{ by, key, limits }: ExtensionRequest,
	now: Date,
): ExtensionVerdict {
	const { trial, metadata } = subscription;
	const extended = extensionsOf({ metadata });
	const request = fingerprint(key ?? wishAsText(by));
	if (extended.requests.includes(request)) return { kind: 'done' };
	if (!trial || !canGoOn(subscription)) return refused('no_trial');

	const from = trial.endsAt > now ? trial.endsAt : now;
	const endsAt = trialEnd(by, 'days' in by ? from : now);
	if (isSameSecond(endsAt, trial.endsAt)) return { kind: 'done' };
	if (endsAt <= from) return refused('not_later');
	const days = extended.days + Math.ceil((endsAt.getTime() - from.getTime()) / DAY_MS);
	if (extended.count >= limits.maxExtensions) return refused('too_often');
	if (days > limits.maxDaysInAll) return refused('too_long');
	return {
		kind: 'extend',
		endsAt,
		metadata: {
			[COUNT]: String(extended.count + 1),
			[DAYS]: String(days),
			[REQUESTS]: [...extended.requests, request].slice(-REMEMBERED_REQUESTS).join(','),
		},
	};
}

function canGoOn({ status, pausedFor }: Subscription): boolean {
	return (
		status === 'trialing' ||
		(status === 'paused' &&
			(pausedFor === 'trial_end_without_payment_method' || pausedFor === null))
	);
}

function refused(reason: ExtensionRefusal): ExtensionVerdict {
	return { kind: 'refused', reason };
}

function wishAsText(by: TrialLength): string {
	return 'days' in by ? `${by.days} days` : `until ${by.endsAt.toISOString()}`;
}

function fingerprint(text: string): string {
	return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function isSameSecond(one: Date, other: Date): boolean {
	return Math.floor(one.getTime() / 1000) === Math.floor(other.getTime() / 1000);
}
