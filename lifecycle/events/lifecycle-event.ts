import { idempotencyKey } from '../idempotency-key.ts';
import type { Plan, Subscription } from '../subscription.ts';
import type { BillingEvent, Checkout } from './billing-event.ts';
import type { Invoice } from './invoice.ts';
import type { LifecycleEventName } from './names.ts';

/** Something that happened to an account, whatever Stripe events told of it. */
export interface LifecycleEvent {
	readonly name: LifecycleEventName;
	/** The same for the same fact, from whichever Stripe event and however often it is derived. */
	readonly key: string;
	readonly occurredAt: Date;
	/** True when the present state has overtaken it: a failed payment that has been paid since. */
	readonly isStale: boolean;
	/**
	 * True when another subscription has come to speak for the account since it happened: part of the history of the
	 * account, and nothing that a flow may act upon.
	 */
	readonly isSuperseded: boolean;
	/** The subscription it is about, as it is now. */
	readonly subscription: Subscription | null;
	readonly invoice: Invoice | null;
	readonly checkout: Checkout | null;
	/** Why, in a word: of a lapse, a cancellation, a refused card, a resumption or a conversion. */
	readonly reason: string | null;
	/** What the customer wrote. */
	readonly comment: string | null;
	/** How it was before: the end of the trial, the plans. */
	readonly before: Before | null;
	/** The Stripe event that told it. */
	readonly cause: BillingEvent;
}

export interface Before {
	readonly trialEndsAt?: Date;
	readonly plans?: readonly Plan[];
}

/** A fact before it is compared with the present. */
export interface Fact {
	readonly name: LifecycleEventName;
	readonly key: string;
	readonly occurredAt: Date;
	/** The subscription it is about; null where it is about a person without one. */
	readonly subscription: Subscription | null;
	readonly invoice?: Invoice;
	readonly checkout?: Checkout;
	readonly reason?: string | null;
	readonly comment?: string | null;
	readonly before?: Before;
}

export function factKey(name: LifecycleEventName, ...identity: readonly string[]): string {
	return idempotencyKey(name, ...identity);
}
