import type { Subscription } from '../../lifecycle/subscription.ts';
import {
	extensionsOf,
	judgeExtension,
	type ExtensionRequest,
} from '../../lifecycle/trial-extension.ts';
import { aSubscription } from '../support/subscription.ts';

const BEFORE_END = new Date('2026-03-10T12:00:00Z');
const AFTER_END = new Date('2026-03-20T12:00:00Z');

function request(more: Partial<ExtensionRequest> = {}): ExtensionRequest {
	return {
		by: { days: 7 },
		key: null,
		limits: { maxExtensions: 2, maxDaysInAll: 14 },
		...more,
	};
}

/** The trial after an extension was granted, as Stripe would hold it. */
function granted(subscription: Subscription, more: Partial<ExtensionRequest> = {}): Subscription {
	const verdict = judgeExtension(subscription, request(more), BEFORE_END);
	if (verdict.kind !== 'extend') throw new Error(`Not granted: ${verdict.kind}`);
	return aSubscription({
		...subscription,
		trial: { startedAt: new Date('2026-03-01T12:00:00Z'), endsAt: verdict.endsAt },
		metadata: { ...subscription.metadata, ...verdict.metadata },
	});
}

describe('the extension of a trial', () => {
	it.each<[string, Partial<Subscription>, Partial<ExtensionRequest>, Date, string]>([
		['counts from its end', {}, {}, BEFORE_END, '2026-03-22T12:00:00.000Z'],
		[
			'lasts until a date',
			{},
			{ by: { endsAt: new Date('2026-03-20T08:00:00Z') } },
			BEFORE_END,
			'2026-03-20T08:00:00.000Z',
		],
		[
			'counts from now when it is over and the subscription paused for want of a card',
			{ status: 'paused', pausedFor: 'trial_end_without_payment_method' },
			{},
			AFTER_END,
			'2026-03-27T12:00:00.000Z',
		],
		[
			'takes a pause without a reason for one for want of a card, as older API versions have it',
			{ status: 'paused', pausedFor: null },
			{},
			AFTER_END,
			'2026-03-27T12:00:00.000Z',
		],
	])('%s', (_, subscription, more, now, endsAt) => {
		const verdict = judgeExtension(aSubscription(subscription), request(more), now);
		expect(verdict).toMatchObject({ kind: 'extend', endsAt: new Date(endsAt) });
	});

	it.each<[string, Partial<Subscription>, Partial<ExtensionRequest>, Date, string]>([
		['converted', { status: 'active' }, {}, AFTER_END, 'no_trial'],
		['canceled', { status: 'canceled' }, {}, AFTER_END, 'no_trial'],
		[
			'paused on request',
			{ status: 'paused', pausedFor: 'pause_requested' },
			{},
			AFTER_END,
			'no_trial',
		],
		['never a trial', { trial: null }, {}, BEFORE_END, 'no_trial'],
		[
			'a date before its end',
			{},
			{ by: { endsAt: new Date('2026-03-14T12:00:00Z') } },
			BEFORE_END,
			'not_later',
		],
		['more days than allowed', {}, { by: { days: 15 } }, BEFORE_END, 'too_long'],
		[
			'a date further than allowed, by a minute',
			{},
			{ by: { endsAt: new Date('2026-03-29T12:01:00Z') } },
			BEFORE_END,
			'too_long',
		],
	])('is refused: %s', (_, subscription, more, now, reason) => {
		expect(judgeExtension(aSubscription(subscription), request(more), now)).toEqual({
			kind: 'refused',
			reason,
		});
	});

	it('allows exactly as many days as the limit says', () => {
		const by = { days: 14 };
		expect(judgeExtension(aSubscription(), request({ by }), BEFORE_END).kind).toBe('extend');
	});

	it('remembers how often and how long, and what was asked for', () => {
		const once = granted(aSubscription({ metadata: { source: 'form' } }));
		expect(extensionsOf(once)).toMatchObject({ count: 1, days: 7 });
		const twice = granted(once, { by: { days: 3 } });
		expect(extensionsOf(twice)).toMatchObject({ count: 2, days: 10 });
		expect(extensionsOf(twice).requests).toHaveLength(2);
		expect(twice.metadata['source']).toBe('form');
	});

	it('does nothing for a repeat, even where another one would exceed the limits', () => {
		const once = granted(aSubscription());
		const limits = { maxExtensions: 1, maxDaysInAll: 7 };
		expect(judgeExtension(once, request({ limits }), BEFORE_END)).toEqual({ kind: 'done' });
	});

	it('does nothing for a repeat when the trial has converted since', () => {
		const converted = { ...granted(aSubscription()), status: 'active' as const };
		expect(judgeExtension(converted, request(), AFTER_END)).toEqual({ kind: 'done' });
	});

	it('does nothing where the trial ends at that date anyway', () => {
		const by = { endsAt: new Date('2026-03-15T12:00:00.400Z') };
		expect(judgeExtension(aSubscription(), request({ by }), BEFORE_END)).toEqual({ kind: 'done' });
	});

	it('takes the same wish under another key for another request', () => {
		const once = granted(aSubscription(), { key: 'ticket-1' });
		expect(judgeExtension(once, request({ key: 'ticket-1' }), BEFORE_END).kind).toBe('done');
		expect(judgeExtension(once, request({ key: 'ticket-2' }), BEFORE_END).kind).toBe('extend');
	});

	it('refuses one too many and one too long', () => {
		const twice = granted(granted(aSubscription(), { key: 'a' }), { key: 'b' });
		expect(judgeExtension(twice, request({ key: 'c', by: { days: 1 } }), BEFORE_END)).toEqual({
			kind: 'refused',
			reason: 'too_often',
		});
		const limits = { maxExtensions: 3, maxDaysInAll: 14 };
		expect(
			judgeExtension(twice, request({ key: 'c', by: { days: 1 }, limits }), BEFORE_END),
		).toEqual({ kind: 'refused', reason: 'too_long' });
	});

	it('keeps what it remembers within what a metadata value holds', () => {
		const limits = { maxExtensions: 500, maxDaysInAll: 700 };
		let trial = aSubscription();
		for (let index = 0; index < 80; index++) {
			trial = granted(trial, { key: `ticket-${index}`, by: { days: 1 }, limits });
		}
		const longest = Math.max(...Object.values(trial.metadata).map(({ length }) => length));
		expect(longest).toBeLessThanOrEqual(500);
		expect(extensionsOf(trial)).toMatchObject({ count: 80, days: 80 });
	});

	it.each([0, 1.5, 731])('throws for %d days', (days) => {
		expect(() => judgeExtension(aSubscription(), request({ by: { days } }), BEFORE_END)).toThrow(
			RangeError,
		);
	});
});
