import type Stripe from 'stripe';
import { sentenceOf } from './billing-sentences.ts';
import type { TimelineEntry } from './timeline.ts';

/** What the events of one Stripe customer have told so far. */
export interface Billing {
	readonly customer: Stripe.Customer;
	/** The newest one; an older subscription does not speak for the person any more. */
	readonly subscription: Stripe.Subscription | undefined;
	readonly invoices: ReadonlyMap<string, Stripe.Invoice>;
	readonly cards: ReadonlyMap<string, Stripe.PaymentMethod>;
	readonly entries: readonly TimelineEntry[];
}

/** The customer that an event is about, if it is about one. */
export function customerIdOf({ data: { object } }: Stripe.Event): string | undefined {
	if (object.object === 'customer') return object.id;
	if (!('customer' in object)) return undefined;
	return typeof object.customer === 'string' ? object.customer : object.customer?.id;
}

/** Takes an event in. Undefined until the customer itself was seen. */
export function afterEvent(before: Billing | undefined, event: Stripe.Event): Billing | undefined {
	const { object } = event.data;
	const known = object.object === 'customer' ? withCustomer(before, object) : before;
	return known && withObject({ ...known, entries: [...known.entries, entryOf(event)] }, event);
}

function withCustomer(before: Billing | undefined, customer: Stripe.Customer): Billing {
	if (before) return { ...before, customer };
	return {
		customer,
		subscription: undefined,
		invoices: new Map(),
		cards: new Map(),
		entries: [],
	};
}

function withObject(billing: Billing, event: Stripe.Event): Billing {
	const { object } = event.data;
	switch (object.object) {
		case 'subscription': {
			const { subscription } = billing;
			const isNewest = subscription === undefined || subscription.created <= object.created;
			return isNewest ? { ...billing, subscription: object } : billing;
		}
		case 'invoice':
			return { ...billing, invoices: new Map(billing.invoices).set(object.id, object) };
		case 'payment_method': {
			const cards = new Map(billing.cards);
			if (event.type === 'payment_method.detached') cards.delete(object.id);
			else cards.set(object.id, object);
			return { ...billing, cards };
		}
		default:
			return billing;
	}
}

function entryOf(event: Stripe.Event): TimelineEntry {
	return {
		id: event.id,
		at: new Date(event.created * 1000).toISOString(),
		kind: 'billing',
		source: event.type,
		...sentenceOf(event),
	};
}

/** The card that the next payment would use. */
export function cardInUse({
	customer,
	subscription,
	cards,
}: Billing): Stripe.PaymentMethod | undefined {
	const chosen =
		subscription?.default_payment_method ?? customer.invoice_settings?.default_payment_method;
	const id = typeof chosen === 'string' ? chosen : chosen?.id;
	return id === undefined ? undefined : cards.get(id);
}

/** Whether money has ever come in. */
export function hasPaid({ invoices }: Billing): boolean {
	return [...invoices.values()].some(
		({ status, amount_paid: paid }) => status === 'paid' && paid > 0,
	);
}
