import type Stripe from 'stripe';
import type { Account } from '../account.ts';
import { missingResource } from '../api/failure.ts';
import type { Presentation, Rendered } from '../api/presenter.ts';
import { cardByAlias, type ChargeOutcome, type TestCard } from '../billing/test-cards.ts';
import type { Stored } from '../state/stored.ts';

export type PaymentMethod = Stored<Stripe.PaymentMethod> & {
	readonly hidden: {
		readonly number: string;
		readonly outcome: ChargeOutcome;
		readonly refusedOnAttach: boolean;
	};
};

export const paymentMethodPresentation: Presentation<PaymentMethod> = {
	object: 'payment_method',
	render: ({ hidden: _, ...method }): Rendered => method,
	expandable: { customer: (account) => account.customers },
};

/**
 * A payment method by id; the names of Stripe's test cards stand for a fresh card each time.
 * https://docs.stripe.com/testing#cards
 */
export function paymentMethodOf(account: Account, methodId: string, param = 'id'): PaymentMethod {
	const method = account.paymentMethods.get(methodId);
	if (method) return method;
	const card = account.livemode ? undefined : cardByAlias(methodId);
	if (!card) throw missingResource('PaymentMethod', methodId, param);
	return account.paymentMethods.put(createCard(account, card));
}

/**
 * The id of a method that a customer has, for use as a default. The name of a test card stands for the one of
 * its kind that the customer has. Null clears.
 */
export function ownMethodId(
	account: Account,
	customerId: string,
	methodId: string | undefined,
	param: string,
): string | null {
	if (!methodId) return null;
	const method = account.paymentMethods.get(methodId);
	if (method?.customer === customerId) return methodId;
	const number = cardByAlias(methodId)?.number;
	const own = account.paymentMethods
		.where('customer', customerId)
		.find(({ hidden }) => hidden.number === number);
	if (own) return own.id;
	const hint = method && 'it is not attached to this customer, attach it first.';
	throw missingResource('PaymentMethod', methodId, param, hint);
}

/** A card that belongs to nobody yet. The fingerprint is the number's: one card, one fingerprint. */
export function createCard(
	account: Account,
	card: TestCard,
	more: Partial<PaymentMethod> = {},
	expiry = { month: 12, year: new Date(account.now(null) * 1000).getUTCFullYear() + 3 },
): PaymentMethod {
	return {
		id: account.newId('pm'),
		object: 'payment_method',
		allow_redisplay: 'unspecified',
		billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
		card: {
			brand: card.brand,
			checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
			country: 'US',
			display_brand: card.brand,
			exp_month: expiry.month,
			exp_year: expiry.year,
			fingerprint: fingerprintOf(card.number),
			funding: card.funding,
			generated_from: null,
			last4: card.number.slice(-4),
			networks: { available: [card.brand], preferred: null },
			regulated_status: 'unregulated',
			three_d_secure_usage: { supported: true },
			wallet: null,
		},
		created: account.now(null),
		customer: null,
		customer_account: null,
		livemode: account.livemode,
		metadata: {},
		type: 'card',
		...more,
		hidden: { number: card.number, outcome: card.outcome, refusedOnAttach: card.refusedOnAttach },
	};
}

function fingerprintOf(number: string): string {
	const scrambled = BigInt(number) * 2_654_435_761n;
	return scrambled.toString(36).padStart(16, '0').slice(-16);
}
