import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { toMinorUnits } from '../../lifecycle/money.ts';
import { Failure } from '../failure.ts';
import { idOf } from './id-of.ts';
import { accountIdOf, type Found } from './subscriptions.ts';

export interface Charge {
	readonly amount: number;
	/** Null for the currency of the subscription; another one is refused. */
	readonly currency: string | null;
	readonly description: string;
	readonly when: 'next_invoice' | 'now';
	/** Null to take amount and text for its identity, once per billing period. */
	readonly requestKey: string | null;
	/** To bill at once although there is no card: the invoice is then paid by its link. */
	readonly withoutCard: boolean;
}

/** A charge that was found to be possible, in the words of Stripe. */
export interface ChargeOrder {
	/** The identity of the charge, remembered by what it makes in Stripe. */
	readonly key: string;
	readonly subscriptionId: string;
	readonly customerId: string;
	readonly currency: string;
	/** In minor units. */
	readonly amount: number;
	readonly description: string;
	readonly hasCard: boolean;
	/** The subscription's own card, null where the customer's is used. */
	readonly card: string | null;
	readonly metadata: Readonly<Record<string, string>>;
}

export function toChargeOrder(found: Found, charge: Charge): ChargeOrder {
	const { subscription, customer, raw } = found;
	const { id, status, plans, currentPeriodEndsAt, hasPaymentMethod } = subscription;
	if (status === 'canceled' || status === 'incomplete_expired') {
		throw new Failure(`The subscription ${id} is over, nothing can be charged on it`, {
			code: 'subscription_over',
			hint: 'Charge on a subscription that is live.',
		});
	}
	const currency = plans[0]?.currency ?? raw.currency;
	checkCurrency(charge.currency, currency, id);
	const amount = positiveMinorUnits(charge.amount, currency);
	if (charge.when === 'now' && !hasPaymentMethod && !charge.withoutCard) throw noCard(id);

	const identity = charge.requestKey
		? [charge.requestKey]
		: [String(amount), charge.description, String(currentPeriodEndsAt?.getTime())];
	const key = idempotencyKey('charge', id, ...identity);
	const accountId = accountIdOf(found);
	return {
		key,
		subscriptionId: id,
		customerId: customer.id,
		currency,
		amount,
		description: charge.description,
		hasCard: hasPaymentMethod,
		card: raw.default_payment_method && idOf(raw.default_payment_method),
		metadata: {
			charge_key: key,
			subscription_id: id,
			...(accountId ? { account_id: accountId } : {}),
		},
	};
}

function checkCurrency(given: string | null, currency: string, id: string): void {
	if (given === null || given.toLowerCase() === currency) return;
	const [wrong, right] = [given.toUpperCase(), currency.toUpperCase()];
	throw new Failure(`The subscription ${id} is billed in ${right}, not in ${wrong}`, {
		code: 'other_currency',
		hint: `Give the amount in ${right}: Stripe bills a subscription in one currency.`,
	});
}

function positiveMinorUnits(amount: number, currency: string): number {
	const minorUnits = toMinorUnits({ amount, currency });
	if (minorUnits > 0) return minorUnits;
	throw new Failure(`A charge must be more than nothing, not ${amount}`, {
		code: 'no_amount',
		hint: 'To give money back, make a credit note or a refund in Stripe.',
	});
}

function noCard(id: string): Failure {
	return new Failure(`There is no card to charge for ${id}`, {
		code: 'no_payment_method',
		hint: 'Charge with the next invoice, or switch on "Even Without a Card" to make an invoice that is paid by its link.',
	});
}
