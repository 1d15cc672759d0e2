import type Stripe from 'stripe';
import { accountIdFor, isAccountId } from '../../lifecycle/account-id.ts';
import type { AccountFacts } from '../../lifecycle/account.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import { paidBeyondTrial } from './paid-invoices.ts';
import { toInvoice } from './to-invoice.ts';
import { toSubscription } from './to-subscription.ts';

/** What a subscription from `everySubscription` tells of its account. */
export interface SubscriptionFacts extends AccountFacts {
	readonly subscription: Subscription;
}

/** Why nobody can tell which account a subscription belongs to. */
export type Unassigned = 'no_account_id_and_no_email' | 'malformed_account_id';

/** True as of that instant; a word where the subscription belongs to no account. */
export function toFacts(raw: Stripe.Subscription, at: Date): SubscriptionFacts | Unassigned {
	const customer = customerOf(raw);
	const accountId = accountIdOf(raw, customer);
	if (!accountId) return 'no_account_id_and_no_email';
	if (!isAccountId(accountId)) return 'malformed_account_id';

	const subscription = toSubscription(raw);
	const invoice = latestInvoiceOf(raw);
	const paidAt = invoice && paidBeyondTrial(toInvoice(invoice), subscription.trial?.endsAt ?? null);
	const failingSince = invoice && failedAt(invoice);
	return {
		accountId,
		at,
		subscription,
		customerId: subscription.customerId,
		signedUpAt: subscription.createdAt,
		...(customer && toPersonalFacts(customer)),
		...(paidAt ? { paidAt } : {}),
		...(failingSince ? { failingSince } : {}),
	};
}

/** What a customer alone tells of the account that it belongs to; null where it belongs to none. */
export function toCustomerFacts(customer: Stripe.Customer, at: Date): AccountFacts | null {
	const accountId =
		customer.metadata['account_id'] || (customer.email ? accountIdFor(customer.email) : '');
	if (!isAccountId(accountId)) return null;
	return { accountId, at, customerId: customer.id, ...toPersonalFacts(customer) };
}

/** What Stripe does not know is left to those who do. */
function toPersonalFacts({ email, name, preferred_locales: languages }: Stripe.Customer) {
	const [language] = languages ?? [];
	return {
		...(email ? { email } : {}),
		...(name ? { name } : {}),
		...(language ? { language } : {}),
	};
}

/** As the subscription's metadata say, as its customer's say, or made from the e-mail. */
function accountIdOf(raw: Stripe.Subscription, customer: Stripe.Customer | null) {
	const given = raw.metadata['account_id'] || customer?.metadata['account_id'];
	return given || (customer?.email ? accountIdFor(customer.email) : undefined);
}

/** When the first attempt was made to collect what is still owed; that follows at once when it is finalized. */
function failedAt({ status, attempted, status_transitions }: Stripe.Invoice): Date | null {
	const { finalized_at: finalizedAt } = status_transitions;
	return status === 'open' && attempted && finalizedAt !== null
		? new Date(finalizedAt * 1000)
		: null;
}

/** Null for a customer who was deleted in Stripe. */
function customerOf({ customer }: Stripe.Subscription): Stripe.Customer | null {
	return typeof customer === 'string' || customer.deleted ? null : customer;
}

function latestInvoiceOf({ latest_invoice: invoice }: Stripe.Subscription): Stripe.Invoice | null {
	return typeof invoice === 'string' ? null : invoice;
}
