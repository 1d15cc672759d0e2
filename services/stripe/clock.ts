import type Stripe from 'stripe';
import type { Subscription } from '../../lifecycle/subscription.ts';

/** The time that counts for a subscription: its test clock's frozen time, else the given real one. */
export type ClockOf = (subscription: Pick<Subscription, 'testClockId'>) => Promise<Date>;

/** Asks Stripe for each test clock once per run of a node. https://docs.stripe.com/billing/testing/test-clocks */
export function clocksOf(stripe: Stripe, now: () => Date): ClockOf {
	const known = new Map<string, Promise<Date>>();
	return async ({ testClockId }) => {
		if (testClockId === null) return now();
		const asked =
			known.get(testClockId) ??
			stripe.testHelpers.testClocks
				.retrieve(testClockId)
				.then(({ frozen_time }) => new Date(frozen_time * 1000));
		known.set(testClockId, asked);
		return await asked;
	};
}
