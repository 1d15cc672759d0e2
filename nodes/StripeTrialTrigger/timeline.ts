import type { LifecycleEvent } from '../../lifecycle/events/index.ts';
import type { NewTimelineEntry, StorePartition } from '../../services/store/index.ts';
import type { AccountNews } from './account-news.ts';

/** Writes down what happened; told by several triggers, or by the node that brought it about, it is one entry. */
export async function tellTimeline(
	{ timeline }: StorePartition,
	news: readonly AccountNews[],
): Promise<void> {
	const entries = news.flatMap(({ owner: { accountId }, events }) =>
		accountId === null ? [] : events.map((event) => toEntry(accountId, event)),
	);
	await timeline.appendAll(entries);
}

function toEntry(accountId: string, event: LifecycleEvent): NewTimelineEntry {
	return {
		accountId,
		at: event.occurredAt,
		kind: event.name,
		source: 'stripeTrialTrigger',
		key: event.key,
		cause: event.cause.id,
		data: {
			reason: event.reason,
			subscriptionId: event.subscription?.id ?? null,
			invoiceId: event.invoice?.id ?? null,
			amountPaid: event.invoice?.amountPaid ?? null,
			currency: event.invoice?.currency ?? null,
		},
	};
}
