import type Stripe from 'stripe';
import { inBatches, PAGE_SIZE } from './batches.ts';

/**
 * All subscriptions of a Stripe account, canceled ones too, newest first, with what tells whose they are and
 * whether they were paid. Those on test clocks are only listed clock by clock.
 */
export function everySubscription(
	stripe: Stripe,
	from: { readonly after: string | null; readonly testClockId?: string },
	pageSize = PAGE_SIZE,
): AsyncGenerator<Stripe.Subscription[]> {
	const list = stripe.subscriptions.list({
		status: 'all',
		limit: pageSize,
		expand: ['data.customer', 'data.latest_invoice'],
		...(from.after === null ? {} : { starting_after: from.after }),
		...(from.testClockId === undefined ? {} : { test_clock: from.testClockId }),
	});
	return inBatches(list, pageSize);
}
