import type Stripe from 'stripe';
import { createdClauses, escaped, metadataClauses, toRange, type DateRange } from './filters.ts';

export interface CustomerFilter {
	/** A part of name or e-mail, 3 letters at least. */
	readonly text: string | null;
	readonly metadata: Readonly<Record<string, string>>;
	readonly created: DateRange;
	readonly testClockId: string | null;
}

/** Customers one by one, newest first; one page is in memory at a time. */
export async function* listCustomers(
	stripe: Stripe,
	{ text, metadata, created, testClockId }: CustomerFilter,
): AsyncGenerator<Stripe.Customer> {
	if (text === null && Object.keys(metadata).length === 0) {
		yield* stripe.customers.list({
			...toRange('created', created),
			...(testClockId ? { test_clock: testClockId } : {}),
			limit: 100,
		});
		return;
	}
	const conditions = [...metadataClauses(metadata), ...createdClauses(created)];
	// A search joins by AND or by OR, never both: name and e-mail are two searches.
	const parts = text === null ? [null] : (['email', 'name'] as const);
	const seen = new Set<string>();
	for (const field of parts) {
		const clauses = field ? [`${field}~"${escaped(text ?? '')}"`, ...conditions] : conditions;
		const found = stripe.customers.search({ query: clauses.join(' AND '), limit: 100 });
		for await (const customer of found) {
			if (seen.has(customer.id) || !isOnClock(customer, testClockId)) continue;
			seen.add(customer.id);
			yield customer;
		}
	}
}

function isOnClock({ test_clock: clock }: Stripe.Customer, testClockId: string | null): boolean {
	if (testClockId === null) return true;
	return (typeof clock === 'string' ? clock : clock?.id) === testClockId;
}
