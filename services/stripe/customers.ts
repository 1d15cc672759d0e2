import type Stripe from 'stripe';
import { accountIdFor } from '../../lifecycle/account-id.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { inWords } from '../addresses.ts';
import { Failure } from '../failure.ts';
import { createOnce } from './create-once.ts';
import { findCustomers, type Person } from './customer-search.ts';
import { idOf } from './id-of.ts';

export interface CustomerDetails {
	readonly name?: string;
	readonly phone?: string;
	/** Preferred language as a BCP 47 tag (`hu`, `en-GB`). */
	readonly language?: string;
	readonly metadata?: Readonly<Record<string, string>>;
	/** The card that is charged where a subscription has none of its own. */
	readonly defaultPaymentMethodId?: string;
	/** Puts a new customer on a test clock; test mode only. */
	readonly testClockId?: string;
}

export interface EnsuredCustomer {
	readonly customer: Stripe.Customer;
	readonly accountId: string;
	readonly isNew: boolean;
	/** What was brought up to date of a known customer, in Stripe's names. The answer is then that of the change. */
	readonly changed: readonly string[];
}

/** Every customer that is meant by a customer id, an account id or an e-mail. Ids tell what they are. */
export async function findByAnyName(stripe: Stripe, reference: string): Promise<Stripe.Customer[]> {
	if (reference.startsWith('cus_')) {
		const customer = await stripe.customers.retrieve(reference);
		return customer.deleted ? [] : [customer];
	}
	if (!reference.includes('@')) {
		return await findCustomers(stripe, { accountId: reference, email: null });
	}
	const found = await findCustomers(stripe, { accountId: null, email: reference });
	if (found.length > 0) return found;
	// Unlike the search, a list sees a customer at once, but only by the address as it was written.
	return (await stripe.customers.list({ email: reference })).data;
}

/** The one among them that has an account, the oldest where several do. */
export async function findCustomer(stripe: Stripe, reference: string): Promise<Stripe.Customer> {
	const accountId = reference.includes('@') || reference.startsWith('cus_') ? null : reference;
	const found = await findByAnyName(stripe, reference);
	const customer = pickCustomer(found, { accountId, email: null });
	if (customer) return customer;
	throw new Failure(`Stripe has no customer for ${inWords(reference)}`, {
		hint: 'Give a customer ID (cus_...), an account ID or an e-mail. By account ID a new customer is found after a minute at the latest.',
		httpCode: 404,
	});
}

/**
 * The one among the found customers that belongs to this person's account. Somebody else's account with
 * the same e-mail is not it; a customer made outside this package, without an account id, is.
 */
export function pickCustomer(
	candidates: readonly Stripe.Customer[],
	{ accountId }: Person,
): Stripe.Customer | undefined {
	const oldestFirst = [...candidates].sort((a, b) => a.created - b.created);
	const owned = oldestFirst.find(({ metadata }) =>
		accountId === null ? metadata['account_id'] : metadata['account_id'] === accountId,
	);
	return owned ?? oldestFirst.find(({ metadata }) => !metadata['account_id']);
}

/**
 * Creates the customer of an account or brings the found one up to date; 1 call for a new one, none for one that
 * is already as asked. The key of the create is the account's, so that repeats and parallel runs meet in one
 * customer: while the search does not know it yet, Stripe replays its creation, or refuses the key for other
 * details and the customer is found in the lists.
 */
export async function ensureCustomer(
	stripe: Stripe,
	person: Person,
	details: CustomerDetails,
	found: Stripe.Customer | undefined,
): Promise<EnsuredCustomer> {
	const accountId = accountIdOfPerson(person, found);
	const wanted = { accountId, person, details };
	const { object, isNew } = found
		? { object: found, isNew: false }
		: await createOnce<Stripe.Customer>({
				key: idempotencyKey('customer', accountId),
				create: async (options) =>
					await stripe.customers.create(
						{
							...changesTo(NOBODY, wanted),
							...(details.testClockId ? { test_clock: details.testClockId } : {}),
						},
						options,
					),
				present: async ({ id }) => {
					const customer = await stripe.customers.retrieve(id);
					return customer.deleted ? undefined : customer;
				},
				find: async () => await findNewCustomer(stripe, wanted),
			});
	const changes = { ...(isNew ? {} : changesTo(object, wanted)), ...changeOfCard(object, details) };
	const changed = Object.keys(changes);
	const customer = changed.length > 0 ? await stripe.customers.update(object.id, changes) : object;
	return { customer, accountId, isNew, changed };
}

/** As their customer has it or will have it. */
export function accountIdOfPerson(
	{ accountId, email }: Person,
	found: Stripe.Customer | undefined,
): string {
	const known = accountId ?? found?.metadata['account_id'];
	if (known) return known;
	if (email === null) throw new RangeError('Neither an account ID nor an e-mail is given');
	return accountIdFor(email);
}

/** How an account's customer is to be. */
interface Wanted {
	readonly accountId: string;
	readonly person: Person;
	readonly details: CustomerDetails;
}

const LIST_WINDOW_S = 2 * 60 * 60;

/**
 * Lists know what the search may not know for up to an hour: by the address, if it is written as it was then, by
 * test clock, and else among the newest. https://docs.stripe.com/search#data-freshness
 */
async function findNewCustomer(
	stripe: Stripe,
	{ accountId, person: { email }, details: { testClockId } }: Wanted,
): Promise<Stripe.Customer | undefined> {
	const spellings = email === null ? [] : new Set([email.trim(), canonicalEmail(email)]);
	const gte = Math.floor(Date.now() / 1000) - LIST_WINDOW_S;
	const lists: Stripe.CustomerListParams[] = [
		...[...spellings].map((spelling) => ({ email: spelling })),
		...(testClockId ? [{ test_clock: testClockId }] : []),
		{ created: { gte } },
	];
	for (const list of lists) {
		for await (const customer of stripe.customers.list({ ...list, limit: 100 })) {
			if (customer.metadata['account_id'] === accountId) return customer;
		}
	}
	return undefined;
}

/** What changes would be compared with if there was a customer. */
const NOBODY = { email: null, metadata: {} } satisfies Partial<Stripe.Customer>;

/** Only what differs, so that a repeat costs no call and never empties a field that it does not mention. */
function changesTo(
	customer: Pick<Stripe.Customer, 'email' | 'metadata'> & Partial<Stripe.Customer>,
	{ accountId, person: { email }, details }: Wanted,
): Stripe.CustomerUpdateParams & Stripe.CustomerCreateParams {
	const { name, phone, language, metadata = {} } = details;
	const wanted: Record<string, string> = {
		...metadata,
		account_id: accountId,
		...(email === null ? {} : { canonical_email: canonicalEmail(email) }),
	};
	const newMetadata = Object.fromEntries(
		Object.entries(wanted).filter(([key, value]) => customer.metadata[key] !== value),
	);
	const isNewMailbox =
		email !== null && canonicalEmail(customer.email ?? '') !== canonicalEmail(email);
	return {
		...(isNewMailbox ? { email: email.trim() } : {}),
		...(name && name !== customer.name ? { name } : {}),
		...(phone && phone !== customer.phone ? { phone } : {}),
		...(language && !customer.preferred_locales?.includes(language)
			? { preferred_locales: [language] }
			: {}),
		...(Object.keys(newMetadata).length > 0 ? { metadata: newMetadata } : {}),
	};
}

/** Apart from the rest, because a card belongs to a customer before it can be its default. */
function changeOfCard(
	{ invoice_settings: { default_payment_method: card } }: Stripe.Customer,
	{ defaultPaymentMethodId }: CustomerDetails,
): Stripe.CustomerUpdateParams {
	if (!defaultPaymentMethodId || (card && idOf(card)) === defaultPaymentMethodId) return {};
	return { invoice_settings: { default_payment_method: defaultPaymentMethodId } };
}
