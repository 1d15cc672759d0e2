import type Stripe from 'stripe';
import { inPages, PAGE_SIZE } from './batches.ts';

/**
 * All subscriptions of a Stripe account, canceled ones too, newest first, with what tells whose they are and
 * whether they were paid. Those on test clocks are only listed clock by clock.
 */
export function everySubscription(
	stripe: Stripe,
	from: { readonly after: string | null; readonly testClockId?: string },
	pageSize = PAGE_SIZE,
): AsyncGenerator<Stripe.Subscription[]> {
	const list = async (paging: Stripe.PaginationParams) =>
		await stripe.subscriptions.list({
			...paging,
			status: 'all',
			expand: ['data.customer', 'data.latest_invoice'],
			...(from.testClockId === undefined ? {} : { test_clock: from.testClockId }),
		});
	return inPages(list, { after: from.after, size: pageSize });
}
