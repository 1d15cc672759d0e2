import type Stripe from 'stripe';
import type { SubscriptionStatus } from '../../lifecycle/subscription.ts';
import { createdClauses, isWithin, metadataClauses, toRange, type DateRange } from './filters.ts';
import { idOf } from './id-of.ts';
import { toFound, WITH_INVOICE, type Found } from './subscriptions.ts';

export interface SubscriptionFilter {
	/** `live` for all that have not ended. */
	readonly statuses: ReadonlyArray<SubscriptionStatus | 'all' | 'live'>;
	readonly customerIds?: readonly string[] | null;
	readonly priceId?: string | null;
	readonly productId?: string | null;
	readonly created?: DateRange;
	/** Of the item whose period ends first; a trial's is its end. */
	readonly periodEnds?: DateRange;
	readonly metadata?: Readonly<Record<string, string>>;
	/** Whether an end is scheduled. */
	readonly isSetToEnd?: boolean;
	/** Stripe lists those on test clocks only clock by clock. */
	readonly testClockId?: string | null;
}

const EXPAND = WITH_INVOICE.map((field) => `data.${field}`);

/**
 * Subscriptions one by one, newest first within a status and a customer. What Stripe can filter, it filters; one
 * page is in memory at a time. Those of deleted customers are left out: there is nobody to do anything for.
 */
export async function* listSubscriptions(
	stripe: Stripe,
	filter: SubscriptionFilter,
): AsyncGenerator<Found> {
	for (const source of sourcesOf(stripe, filter)) {
		for await (const raw of source) {
			if (isWanted(raw, filter)) yield toFound(raw);
		}
	}
}

function* sourcesOf(stripe: Stripe, filter: SubscriptionFilter) {
	for (const status of filter.statuses) {
		if (Object.keys(filter.metadata ?? {}).length > 0) {
			yield stripe.subscriptions.search({
				query: toQuery(filter, status),
				limit: 100,
				expand: EXPAND,
			});
			continue;
		}
		for (const customer of filter.customerIds ?? [null]) {
			yield stripe.subscriptions.list({
				...(status === 'live' ? {} : { status }),
				...(customer === null ? {} : { customer }),
				...(filter.priceId ? { price: filter.priceId } : {}),
				...toRange('created', filter.created),
				...toRange('current_period_end', filter.periodEnds),
				...(filter.testClockId ? { test_clock: filter.testClockId } : {}),
				limit: 100,
				expand: EXPAND,
			});
		}
	}
}

/** Only a search sees metadata. https://docs.stripe.com/search#query-fields-for-subscriptions */
function toQuery(
	{ metadata = {}, created }: SubscriptionFilter,
	status: SubscriptionStatus | 'all' | 'live',
): string {
	return [
		...metadataClauses(metadata),
		...(status === 'all' || status === 'live' ? [] : [`status:"${status}"`]),
		...createdClauses(created),
	].join(' AND ');
}

/** What Stripe could not filter, or could only in a list. */
function isWanted(raw: Stripe.Subscription, filter: SubscriptionFilter): boolean {
	const { customer, items, status } = raw;
	if (typeof customer !== 'string' && customer.deleted) return false;
	const isOver = status === 'canceled' || status === 'incomplete_expired';
	if (isOver && filter.statuses.includes('live')) return false;
	const isSetToEnd = raw.cancel_at !== null || raw.cancel_at_period_end;
	const prices = items.data.map(({ price }) => price);
	return (
		(filter.isSetToEnd === undefined || filter.isSetToEnd === isSetToEnd) &&
		(!filter.priceId || prices.some(({ id }) => id === filter.priceId)) &&
		(!filter.productId || prices.some(({ product }) => idOf(product) === filter.productId)) &&
		(!filter.customerIds || filter.customerIds.includes(idOf(customer))) &&
		(!filter.testClockId || (raw.test_clock && idOf(raw.test_clock)) === filter.testClockId) &&
		isWithin(Math.min(...items.data.map((item) => item.current_period_end)), filter.periodEnds)
	);
}
