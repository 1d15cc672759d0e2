import type Stripe from 'stripe';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { askAnew } from '../ask.ts';
import { Failure } from '../failure.ts';

/** The time that counts for a subscription: its test clock's frozen time, else the given real one. */
export type ClockOf = (subscription: Pick<Subscription, 'testClockId'>) => Promise<Date>;

/** Asks Stripe for each test clock once per run of a node. https://docs.stripe.com/billing/testing/test-clocks */
export function clocksOf(stripe: Stripe, now: () => Date, ask = askAnew): ClockOf {
	const known = new Map<string, Promise<Stripe.TestHelpers.TestClock>>();
	return async ({ testClockId }) => {
		if (testClockId === null) return now();
		const asked =
			known.get(testClockId) ??
			ask(
				`test clock ${testClockId}`,
				async () => await stripe.testHelpers.testClocks.retrieve(testClockId),
			);
		known.set(testClockId, asked);
		// Whoever asks again gets another chance.
		asked.catch(() => known.delete(testClockId));
		return new Date((await asked).frozen_time * 1000);
	};
}

/** The same in words for somebody who has to be told why it is not known. */
export async function timeOf(
	clockOf: ClockOf,
	subscription: Pick<Subscription, 'testClockId'>,
): Promise<Date> {
	try {
		return await clockOf(subscription);
	} catch {
		throw new Failure('Stripe did not say what time it is on the test clock');
	}
}
