import type Stripe from 'stripe';
import { accountIdFor } from '../../lifecycle/account-id.ts';
import { canonicalEmail } from '../../lifecycle/email.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import { Failure } from '../failure.ts';
import { createOnce } from './create-once.ts';
import { idOf } from './id-of.ts';

/** Who is meant: by the product's own id, by mailbox, or by both. At least one is given. */
export interface Person {
	readonly accountId: string | null;
	readonly email: string | null;
}

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
}

/**
 * Every customer that may be this person: by account id, by canonical e-mail, by the address as written.
 * One call. Stripe's search lags behind writes by up to a minute; `ensureCustomer` is built for that.
 * https://docs.stripe.com/search
 */
export async function findCustomers(stripe: Stripe, person: Person): Promise<Stripe.Customer[]> {
	const clauses = [
		...(person.accountId === null ? [] : [`metadata["account_id"]:"${person.accountId}"`]),
		...(person.email === null ? [] : emailClauses(person.email)),
	];
	const { data } = await stripe.customers.search({ query: clauses.join(' OR '), limit: 100 });
	return data;
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
	const what = reference.includes('@') ? 'this e-mail' : `"${reference}"`;
	throw new Failure(`Stripe has no customer for ${what}`, {
		hint: 'Give a customer ID (cus_...), an account ID or an e-mail. By account ID a new customer is found after a minute at the latest.',
		httpCode: 404,
	});
}

function emailClauses(email: string): string[] {
	const canonical = canonicalEmail(email);
	const spellings = new Set([email.trim(), canonical]);
	return [
		`metadata["canonical_email"]:"${canonical}"`,
		...[...spellings].map((spelling) => `email:"${spelling}"`),
	];
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
 * Creates the customer of an account or brings the found one up to date; 2 calls for a new one, none for
 * one that is already as asked. The create carries the identity alone, so that a repeat with other details
 * is replayed by Stripe instead of refused; the details follow as an update.
 */
export async function ensureCustomer(
	stripe: Stripe,
	person: Person,
	details: CustomerDetails,
	found: Stripe.Customer | undefined,
): Promise<EnsuredCustomer> {
	const accountId = person.accountId ?? found?.metadata['account_id'] ?? accountIdOf(person);
	const { object, isNew } = found
		? { object: found, isNew: false }
		: await createOnce({
				key: idempotencyKey('customer', accountId),
				create: async (options) =>
					await stripe.customers.create(
						{
							metadata: { account_id: accountId },
							...(details.testClockId ? { test_clock: details.testClockId } : {}),
						},
						options,
					),
				find: async () => pickCustomer(await findCustomers(stripe, person), person),
			});
	const changes = changesTo(object, accountId, person, details);
	const customer =
		Object.keys(changes).length > 0 ? await stripe.customers.update(object.id, changes) : object;
	return { customer, accountId, isNew };
}

function accountIdOf({ email }: Person): string {
	if (email === null) throw new RangeError('Neither an account ID nor an e-mail is given');
	return accountIdFor(email);
}

/** Only what differs, so that a repeat costs no call and never empties a field that it does not mention. */
function changesTo(
	customer: Stripe.Customer,
	accountId: string,
	{ email }: Person,
	{ name, phone, language, defaultPaymentMethodId, metadata = {} }: CustomerDetails,
): Stripe.CustomerUpdateParams {
	const wanted: Record<string, string> = {
		...metadata,
		account_id: accountId,
		...(email === null ? {} : { canonical_email: canonicalEmail(email) }),
	};
	const newMetadata = Object.fromEntries(
		Object.entries(wanted).filter(([key, value]) => customer.metadata[key] !== value),
	);
	const card = customer.invoice_settings.default_payment_method;
	const isNewCard = defaultPaymentMethodId && (card && idOf(card)) !== defaultPaymentMethodId;
	const isNewMailbox =
		email !== null && canonicalEmail(customer.email ?? '') !== canonicalEmail(email);
	return {
		...(isNewMailbox ? { email: email.trim() } : {}),
		...(name && name !== customer.name ? { name } : {}),
		...(phone && phone !== customer.phone ? { phone } : {}),
		...(language && !customer.preferred_locales?.includes(language)
			? { preferred_locales: [language] }
			: {}),
		...(isNewCard ? { invoice_settings: { default_payment_method: defaultPaymentMethodId } } : {}),
		...(Object.keys(newMetadata).length > 0 ? { metadata: newMetadata } : {}),
	};
}
