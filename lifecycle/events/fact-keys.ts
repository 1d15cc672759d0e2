import type { Subscription } from '../subscription.ts';
import { factKey } from './lifecycle-event.ts';

type Named = Pick<Subscription, 'id'>;
type WithTrial = Pick<Subscription, 'id' | 'trial'>;

/**
 * What makes a fact this one and no other, by what Stripe itself says of it. So whoever tells it, Stripe's event
 * or the node that brought it about, calls it the same.
 */
export const factKeys = {
	trialStarted: ({ id, trial }: WithTrial) =>
		factKey('trial_started', id, instant(trial?.startedAt)),
	trialExtended: ({ id, trial }: WithTrial) =>
		factKey('trial_extended', id, instant(trial?.endsAt)),
	trialConverted: ({ id }: Named) => factKey('trial_converted', id),
	/** A trial that got more time, or went on with a bill that was not paid, may lapse again. */
	trialLapsed: ({ id, trial }: WithTrial, unpaidReturn?: Named) =>
		factKey('trial_lapsed', id, instant(trial?.endsAt), ...(unpaidReturn ? [unpaidReturn.id] : [])),
	cancellationScheduled: ({ id }: Named, requestedAt: Date | null) =>
		factKey('cancellation_scheduled', id, instant(requestedAt)),
	subscriptionCanceled: ({ id }: Named) => factKey('subscription_canceled', id),
	/** Somebody who had left has paid for a new subscription. */
	returned: ({ id }: Named) => factKey('subscription_resumed', id),
	/**
	 * What leaves no date in the subscription and may happen again and again: one request of Stripe's API, one
	 * fact; what Stripe did by itself is known by its event.
	 */
	requested: (
		name: 'plan_changed' | 'cancellation_undone' | 'subscription_resumed',
		{ id }: Named,
		requestId: string,
	) => factKey(name, id, requestId),
} as const;

/** In a key. */
export function instant(at: Date | null | undefined): string {
	return String(at?.getTime() ?? '');
}
