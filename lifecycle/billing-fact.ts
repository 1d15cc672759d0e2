import { decideAccess, type AccessFacts, type AccessPolicy } from './access.ts';
import type { Subscription } from './subscription.ts';

/**
 * The instant of the newest billing fact behind the present access level: when the subscription was read, or
 * when time alone moved the account to another rung afterwards.
 */
export function billingFactAt(
	subscription: Subscription,
	facts: AccessFacts,
	policy: AccessPolicy,
	moment: { readonly readAt: Date; readonly now: Date },
): Date {
	let factAt = moment.readAt;
	for (;;) {
		const { until } = decideAccess(subscription, facts, policy, factAt);
		if (!until || until <= factAt || until > moment.now) return factAt;
		factAt = until;
	}
}
