import fc from 'fast-check';
import { currentSubscription } from '../../lifecycle/current-subscription.ts';
import type { SubscriptionStatus } from '../../lifecycle/subscription.ts';
import { aSubscription } from '../support/subscription.ts';

const one = (id: string, status: SubscriptionStatus, createdAt: string) =>
	aSubscription({ id, status, createdAt: new Date(createdAt) });

describe('currentSubscription', () => {
	it('of nobody is none', () => {
		expect(currentSubscription([])).toBeUndefined();
	});

	it.each([
		[
			'the newer of two that live',
			one('old', 'active', '2026-01-01'),
			one('new', 'trialing', '2026-02-01'),
			'new',
		],
		[
			'the one that lives, though older',
			one('old', 'past_due', '2026-01-01'),
			one('new', 'canceled', '2026-02-01'),
			'old',
		],
		[
			'a paused one over a canceled one',
			one('old', 'paused', '2026-01-01'),
			one('new', 'canceled', '2026-02-01'),
			'old',
		],
		[
			'the newer of two that ended',
			one('old', 'canceled', '2026-01-01'),
			one('new', 'canceled', '2026-02-01'),
			'new',
		],
		[
			'one that ended over an open attempt',
			one('old', 'canceled', '2026-01-01'),
			one('new', 'incomplete', '2026-02-01'),
			'old',
		],
		[
			'one that ended over an attempt never paid',
			one('old', 'canceled', '2026-01-01'),
			one('new', 'incomplete_expired', '2026-02-01'),
			'old',
		],
	] as const)('is %s', (_, a, b, id) => {
		expect(currentSubscription([a, b])?.id).toBe(id);
		expect(currentSubscription([b, a])?.id).toBe(id);
	});

	it('does not depend on the order of the history', () => {
		const history = fc.uniqueArray(
			fc.record({
				status: fc.constantFrom<SubscriptionStatus>(
					'active',
					'canceled',
					'incomplete',
					'trialing',
					'unpaid',
				),
				day: fc.integer({ min: 1, max: 28 }),
			}),
			{ selector: ({ day }) => day, minLength: 1 },
		);
		fc.assert(
			fc.property(history, (entries) => {
				const subscriptions = entries.map(({ status, day }) =>
					aSubscription({ id: `sub_${day}`, status, createdAt: new Date(Date.UTC(2026, 1, day)) }),
				);
				expect(currentSubscription(subscriptions.toReversed())).toBe(
					currentSubscription(subscriptions),
				);
			}),
		);
	});
});
