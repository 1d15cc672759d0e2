import type { Subscription } from './subscription.ts';

/**
 * The subscription that speaks for an account: one that still lives before one that has ended, then the
 * newest. A late word about any other one is about the past.
 */
export function currentSubscription(history: readonly Subscription[]): Subscription | undefined {
	return [...history].sort(
		(a, b) =>
			Number(isOver(a)) - Number(isOver(b)) || b.createdAt.getTime() - a.createdAt.getTime(),
	)[0];
}

function isOver({ status }: Subscription): boolean {
	return status === 'canceled' || status === 'incomplete_expired';
}
