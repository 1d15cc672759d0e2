import type Stripe from 'stripe';
import { toCustomerFacts, toFacts } from '../../services/stripe/account-facts.ts';
import { timeOf } from '../../services/stripe/clock.ts';
import { idOf } from '../../services/stripe/id-of.ts';
import type { StoreWarning } from '../../services/store/journal.ts';
import type { Deed } from './deeds.ts';
import type { WriteServices } from './operation.ts';

type Teller = Pick<WriteServices, 'journal' | 'mode' | 'now' | 'clockOf'>;

/**
 * Lets the store know what a subscription has become, and by which deeds if there were any. A subscription that
 * belongs to no account has nobody to tell it about.
 */
export async function tellStore(
	{ journal, mode, now, clockOf }: Teller,
	workspace: string,
	raw: Stripe.Subscription,
	...deeds: ReadonlyArray<Deed | null>
): Promise<StoreWarning> {
	const facts = toFacts(raw, now());
	if (typeof facts === 'string') return {};
	const { accountId, subscription } = facts;
	return await journal.tell(
		{ workspace, mode },
		{
			accountId,
			facts,
			event: deeds.flatMap((deed) => deed ?? []),
			clock: async () => await timeOf(clockOf, subscription),
		},
	);
}

/** The same of a customer, whatever they subscribe to. */
export async function tellOfCustomer(
	{ journal, mode, now, clockOf }: Teller,
	workspace: string,
	customer: Stripe.Customer,
	...deeds: ReadonlyArray<Deed | null>
): Promise<StoreWarning> {
	const facts = toCustomerFacts(customer, now());
	if (!facts) return {};
	const { test_clock: clock } = customer;
	return await journal.tell(
		{ workspace, mode },
		{
			accountId: facts.accountId,
			facts,
			event: deeds.flatMap((deed) => deed ?? []),
			clock: async () => await timeOf(clockOf, { testClockId: clock ? idOf(clock) : null }),
		},
	);
}
