import type Stripe from 'stripe';

export interface MissedEventsQuery {
	readonly since: Date;
	/** Empty for all; 20 at most. */
	readonly types: readonly string[];
	/** Only those that some endpoint has not taken: still being delivered, or given up. */
	readonly onlyUndelivered: boolean;
}

/** Newest first, as Stripe lists them; it keeps them for 30 days. https://docs.stripe.com/api/events/list */
export function missedEvents(
	stripe: Stripe,
	{ since, types, onlyUndelivered }: MissedEventsQuery,
): AsyncIterable<Stripe.Event> {
	return stripe.events.list({
		created: { gte: Math.floor(since.getTime() / 1000) },
		...(types.length > 0 ? { types: [...types] } : {}),
		...(onlyUndelivered ? { delivery_success: false } : {}),
		limit: 100,
	});
}
