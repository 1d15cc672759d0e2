import type Stripe from 'stripe';
import { canonicalEmail } from '../../lifecycle/email.ts';
import { gathering } from '../n8n/gather.ts';

/** Who is meant: by the product's own id, by mailbox, or by both. At least one is given. */
export interface Person {
	readonly accountId: string | null;
	readonly email: string | null;
}

/** https://docs.stripe.com/search#search-query-language */
const MAX_CLAUSES = 10;
/** So long it takes for five people to come where Stripe allows 25 customers to be created in a second. */
const PAUSE_MS = 200;
/** Of all people of one query together. Beyond that nobody could tell which customer is meant. */
const MAX_FOUND = 1000;

type Search = (person: Person) => Promise<Stripe.Customer[]>;

const searches = new WeakMap<Stripe, Search>();

/**
 * Every customer that may be this person: by account id, by canonical e-mail, by the address as written.
 * At most one call; people who are looked for at the same time share it. Stripe's search lags behind writes by
 * up to a minute; `ensureCustomer` is built for that. https://docs.stripe.com/search#data-freshness
 */
export async function findCustomers(stripe: Stripe, person: Person): Promise<Stripe.Customer[]> {
	const search = searches.get(stripe) ?? createSearch(stripe);
	searches.set(stripe, search);
	return await search(person);
}

function createSearch(stripe: Stripe): Search {
	return gathering({
		answer: async (people: readonly Person[]) => {
			const query = people.flatMap(clausesFor).join(' OR ');
			const found = await stripe.customers
				.search({ query, limit: 100 })
				.autoPagingToArray({ limit: MAX_FOUND });
			return people.map((person) => found.filter((customer) => mayBe(customer, person)));
		},
		weightOf: (person) => clausesFor(person).length,
		capacity: MAX_CLAUSES,
		pauseMs: PAUSE_MS,
		isOnesFault: isBadRequest,
	});
}

function clausesFor({ accountId, email }: Person): string[] {
	return [
		...(accountId === null ? [] : [`metadata["account_id"]:"${accountId}"`]),
		...(email === null
			? []
			: [
					`metadata["canonical_email"]:"${canonicalEmail(email)}"`,
					...spellingsOf(email).map((spelling) => `email:"${spelling}"`),
				]),
	];
}

/** The address as it was written and its canonical form. A search does not mind capitals. */
function spellingsOf(email: string): string[] {
	return [...new Set([email.trim().toLowerCase(), canonicalEmail(email)])];
}

/** Tells the found ones of one person from those of the others in the same query. */
function mayBe({ email, metadata }: Stripe.Customer, person: Person): boolean {
	if (person.accountId !== null && isSameText(metadata['account_id'], person.accountId))
		return true;
	if (person.email === null) return false;
	const canonical = canonicalEmail(person.email);
	return (
		isSameText(metadata['canonical_email'], canonical) || canonicalEmail(email ?? '') === canonical
	);
}

function isSameText(one: string | undefined, other: string): boolean {
	return one?.toLowerCase() === other.toLowerCase();
}

function isBadRequest(error: unknown): boolean {
	return error instanceof Error && 'statusCode' in error && error.statusCode === 400;
}
