import type { Subscription } from './subscription.ts';

/** The subscription that speaks for an account. A late word about any other one is about the past. */
export function currentSubscription(history: readonly Subscription[]): Subscription | undefined {
	return history.reduce<Subscription | undefined>(
		(current, other) => (!current || supersedes(other, current) ? other : current),
		undefined,
	);
}

/**
 * Whether one subscription speaks for an account instead of another: one that lives before one that has ended
 * before one that never began, and among equals the one made last.
 */
export function supersedes(one: Subscription, other: Subscription): boolean {
	const byLife = lifeOf(one) - lifeOf(other);
	return byLife !== 0 ? byLife > 0 : one.createdAt > other.createdAt;
}

/** An attempt to subscribe whose first payment is open or never came leaves the account what it was. */
function lifeOf({ status }: Subscription): number {
	switch (status) {
		case 'trialing':
		case 'active':
		case 'past_due':
		case 'unpaid':
		case 'paused':
			return 2;
		case 'canceled':
			return 1;
		case 'incomplete':
		case 'incomplete_expired':
			return 0;
	}
}
