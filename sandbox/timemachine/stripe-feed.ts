import type Stripe from 'stripe';
import type { StripeStandIn } from '../stripe/index.ts';
import { afterEvent, customerIdOf, type Billing } from './billing.ts';

/** What Stripe's events have told so far, and the time in which each account lives. */
export interface StripeFeed {
	billings(): readonly Billing[];
	/** The time of this account's test clock; without an account, or without a clock, the sandbox's own. */
	timeOf(accountId?: string): Date;
	/** Called after every event. */
	onChange(listener: () => void): void;
}

export function createStripeFeed(stripe: StripeStandIn): StripeFeed {
	const listeners = new Set<() => void>();
	let account: StripeStandIn['account'] | undefined;
	let billings = new Map<string, Billing>();
	let customerByAccount = new Map<string, string>();

	/** A reset gives the stand-in a new account; what the old one told is over. */
	function follow(): StripeStandIn['account'] {
		const current = stripe.account;
		if (current === account) return current;
		account = current;
		billings = new Map();
		customerByAccount = new Map();
		for (const event of [...current.events.table.newestFirst()].reverse()) take(event);
		current.onEvent((event) => {
			if (current !== account) return;
			take(event);
			for (const listener of listeners) listener();
		});
		return current;
	}

	function take(written: object) {
		const event = written as Stripe.Event;
		const customerId = customerIdOf(event);
		if (customerId === undefined) return;
		const billing = afterEvent(billings.get(customerId), event);
		if (!billing) return;
		billings.set(customerId, billing);
		const accountId = billing.customer.metadata['account_id'];
		if (accountId) customerByAccount.set(accountId, customerId);
	}

	return {
		billings() {
			follow();
			return [...billings.values()];
		},
		timeOf(accountId) {
			const current = follow();
			const customerId = customerByAccount.get(accountId ?? '') ?? '';
			return new Date(current.now(current.customers.get(customerId)?.test_clock) * 1000);
		},
		onChange: (listener) => void listeners.add(listener),
	};
}
