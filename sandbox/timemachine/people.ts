import type { Billing } from './billing.ts';
import type { TimelineEntry } from './timeline.ts';

/** Somebody, as far as the three services know them together. */
export interface Person {
	/** The account id where there is one, else the e-mail. */
	readonly id: string;
	readonly name: string;
	readonly email: string;
	readonly billing: Billing | undefined;
	readonly product: ProductView | undefined;
	readonly contact: ContactView | undefined;
}

/** What the product knows of an account. */
export interface ProductView {
	readonly accountId: string;
	readonly email: string;
	readonly name: string | null;
	readonly status: string;
	readonly level: string;
	readonly url: string;
	readonly milestones: readonly string[];
	readonly entries: readonly TimelineEntry[];
}

/** What Intercom knows of a contact. */
export interface ContactView {
	readonly id: string;
	readonly accountId: string | null;
	readonly email: string | null;
	readonly name: string | null;
	readonly isUnsubscribed: boolean;
	readonly lastMessageId: string | null;
	readonly entries: readonly TimelineEntry[];
}

/**
 * Joins what the services tell, in the order in which people first came. Two records are of one person when
 * their account id is the same, or, where one of them has none, their e-mail.
 */
export function joinPeople(
	billings: readonly Billing[],
	products: readonly ProductView[],
	contacts: readonly ContactView[],
): readonly Person[] {
	const people = new Map<string, Person>();
	const idByEmail = new Map<string, string>();

	function join(
		accountId: string | null,
		email: string | null,
		name: string | null,
		part: Partial<Person>,
	) {
		const address = email?.toLowerCase() ?? '';
		const id = accountId ?? idByEmail.get(address) ?? address;
		if (id === '') return;
		const known = people.get(id);
		people.set(id, {
			id,
			name: known?.name ?? name ?? address,
			email: known?.email ?? address,
			billing: known?.billing,
			product: known?.product,
			contact: known?.contact,
			...part,
		});
		if (address !== '' && !idByEmail.has(address)) idByEmail.set(address, id);
	}

	// Those with an account id come first, so that the others find them by their address.
	const isNamed = (accountId: string | null) => Number(accountId === null);

	for (const billing of billings.toSorted(
		(one, other) => isNamed(accountIdOf(one)) - isNamed(accountIdOf(other)),
	)) {
		const { email, name } = billing.customer;
		join(accountIdOf(billing), email, name ?? null, { billing });
	}
	for (const product of products) {
		join(product.accountId, product.email, product.name, { product });
	}
	for (const contact of contacts.toSorted(
		(one, other) => isNamed(one.accountId) - isNamed(other.accountId),
	)) {
		join(contact.accountId, contact.email, contact.name, { contact });
	}
	return [...people.values()];
}

export function accountIdOf({ customer }: Billing): string | null {
	return customer.metadata['account_id'] || null;
}

/** Everything that happened to a person, newest first. */
export function timelineOf({ billing, product, contact }: Person): readonly TimelineEntry[] {
	const entries = [billing, product, contact].flatMap((part) => part?.entries ?? []);
	// Sorting keeps the order of what happened at one instant, and the newest of it comes first.
	return entries.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)).reverse();
}
