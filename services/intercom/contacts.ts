import type { Intercom, IntercomClient } from 'intercom-client';
import { inWords } from '../addresses.ts';
import { Failure } from '../failure.ts';
import { messageOf, statusOf } from './explain.ts';
import { ifPresent } from './if-present.ts';
import { absorbLeads } from './leads.ts';

export interface ContactDetails {
	/** The product's own id of the account; must be the one that the Messenger identifies people by. */
	readonly accountId: string;
	readonly email?: string;
	readonly name?: string;
	readonly phone?: string;
	readonly signedUpAt?: Date;
	readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface UpsertedContact {
	readonly contact: Intercom.Contact;
	readonly isNew: boolean;
	/** What is different now of one that was there, in Intercom's names. */
	readonly changed: readonly string[];
}

/**
 * The contact of an account, created or brought up to date. Survives the race of two flows, archived twins and
 * leads: whoever loses takes the id that the conflict names, and leads with the same e-mail become part of the
 * user. Lookup is by external id, never by search, which lags by minutes.
 * https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts
 */
export async function upsertContact(
	intercom: IntercomClient,
	details: ContactDetails,
): Promise<UpsertedContact> {
	const { contact, ...upserted } = await createOrUpdate(intercom, details);
	return { contact: await absorbLeads(intercom, contact), ...upserted };
}

async function createOrUpdate(
	intercom: IntercomClient,
	details: ContactDetails,
): Promise<UpsertedContact> {
	const existing = await findByAccount(intercom, details.accountId);
	if (existing) return await update(intercom, existing, details);
	try {
		const created = await intercom.contacts.create({
			role: 'user',
			external_id: details.accountId,
			...toFields(details),
		} as Intercom.CreateContactRequest); // The API takes any combination; the SDK's union only one of them.
		return { contact: created, isNew: true, changed: [] };
	} catch (error) {
		const holder = await holderIn(intercom, error, details.accountId);
		if (!holder) throw error;
		return await update(intercom, holder, details);
	}
}

/** Undefined when there is no user with this external id; leads are not found this way. */
export async function findByAccount(
	intercom: IntercomClient,
	accountId: string,
): Promise<Intercom.Contact | undefined> {
	return await ifPresent(intercom.contacts.showContactByExternalId({ external_id: accountId }));
}

const CONTACT_ID = /^[0-9a-f]{24}$/;

/** The contact that an operator means by a contact id or by the account id (external id), if there is one. */
export async function findContact(
	intercom: IntercomClient,
	reference: string,
): Promise<Intercom.Contact | undefined> {
	return isContactId(reference)
		? await ifPresent(intercom.contacts.find({ contact_id: reference }))
		: await findByAccount(intercom, reference);
}

export function isContactId(reference: string): boolean {
	return CONTACT_ID.test(reference);
}

/** The same where nothing can be done without one. */
export async function findRecipient(
	intercom: IntercomClient,
	reference: string,
): Promise<Intercom.Contact> {
	const contact = await findContact(intercom, reference);
	if (contact) return contact;
	const kind = isContactId(reference) ? 'the ID ' : 'the account ';
	throw new Failure(`Intercom has no contact for ${inWords(reference, kind)}`, {
		httpCode: 404,
		hint: 'Contacts are found by account ID or contact ID. Create it first with Contact > Create or Update, or give the contact ID of a lead.',
	});
}

/** Somebody who answered is in a conversation with a person, and a prepared message would talk past them. */
export function hasRepliedSince(
	{ last_replied_at: repliedAt }: Intercom.Contact,
	since: Date | null,
): boolean {
	return since !== null && repliedAt != null && repliedAt * 1000 > since.getTime();
}

/**
 * The contact that stands in the way of this account, awake and free to be taken over; nothing when the error
 * is no conflict. A 409 names it; its wording is not documented and differs between versions.
 * https://github.com/intercom/Intercom-OpenAPI/issues/543
 */
export async function holderIn(
	intercom: IntercomClient,
	error: unknown,
	accountId: string,
): Promise<Intercom.Contact | undefined> {
	if (statusOf(error) !== 409) return undefined;
	const id = /\bid\s*[=:]\s*"?([0-9a-f]{6,})/i.exec(messageOf(error))?.[1];
	const holder =
		id === undefined ? await findByAccount(intercom, accountId) : await awake(intercom, id);
	if (holder?.role === 'user' && (holder.external_id ?? accountId) !== accountId) {
		throw new Failure(`The contact ${holder.id} of another account stands in the way`, {
			httpCode: 409,
			hint: 'It has the same e-mail. Change the e-mail of one of the two accounts, or delete the other contact in Intercom.',
		});
	}
	return holder;
}

/** An archived contact can be neither read nor written until it is brought back. */
async function awake(intercom: IntercomClient, id: string): Promise<Intercom.Contact> {
	const contact = await ifPresent(intercom.contacts.find({ contact_id: id }));
	if (contact) return contact;
	await intercom.contacts.unarchive({ contact_id: id });
	return await intercom.contacts.find({ contact_id: id });
}

async function update(
	intercom: IntercomClient,
	known: Intercom.Contact,
	details: ContactDetails,
): Promise<UpsertedContact> {
	const fields = {
		external_id: details.accountId,
		...(known.role === 'lead' ? { role: 'user' } : {}),
		...toFields(details),
	};
	const contact = await intercom.contacts.update({ contact_id: known.id, ...fields });
	return { contact, isNew: false, changed: changedIn(known, contact, fields) };
}

/** Of what was sent, by how Intercom has it: an address comes back in small letters. */
function changedIn(
	before: Intercom.Contact,
	after: Intercom.Contact,
	{ custom_attributes: attributes = {}, ...own }: ReturnType<typeof toFields>,
): string[] {
	const differing = (one: object = {}, other: object = {}, sent: object) => {
		const values = new Map<string, unknown>(Object.entries(other));
		return Object.entries(one)
			.filter(([name]) => name in sent)
			.filter(([name, value]) => String(value) !== String(values.get(name)))
			.map(([name]) => name);
	};
	const [were, are] = [before.custom_attributes, after.custom_attributes];
	return [...differing(after, before, own), ...differing(are, were, attributes)];
}

function toFields({ email, name, phone, signedUpAt, attributes }: ContactDetails) {
	return {
		...(email ? { email } : {}),
		...(name ? { name } : {}),
		...(phone ? { phone } : {}),
		...(signedUpAt ? { signed_up_at: Math.floor(signedUpAt.getTime() / 1000) } : {}),
		...(Object.keys(attributes).length > 0 ? { custom_attributes: { ...attributes } } : {}),
	};
}
