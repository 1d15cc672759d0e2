import type { Intercom, IntercomClient } from 'intercom-client';
import { Failure } from '../failure.ts';
import { messageOf, statusOf } from './explain.ts';

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
}

/**
 * The contact of an account, created or brought up to date. Survives the race of two flows and archived
 * twins: whoever loses takes the id that the conflict names. Lookup is by external id, never by search,
 * which lags by minutes. https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts
 */
export async function upsertContact(
	intercom: IntercomClient,
	details: ContactDetails,
): Promise<UpsertedContact> {
	const existing = await findByAccount(intercom, details.accountId);
	if (existing) return { contact: await update(intercom, existing.id, details), isNew: false };
	try {
		const created = await intercom.contacts.create({
			role: 'user',
			external_id: details.accountId,
			...toFields(details),
		} as Intercom.CreateContactRequest); // The API takes any combination; the SDK's union only one of them.
		return { contact: created, isNew: true };
	} catch (error) {
		const id = conflictingId(error);
		if (id === undefined) throw error;
		await reviveIfArchived(intercom, id);
		return { contact: await update(intercom, id, details), isNew: false };
	}
}

/** Undefined when there is no user with this external id; leads are not found this way. */
export async function findByAccount(
	intercom: IntercomClient,
	accountId: string,
): Promise<Intercom.Contact | undefined> {
	try {
		return await intercom.contacts.showContactByExternalId({ external_id: accountId });
	} catch (error) {
		if (statusOf(error) === 404) return undefined;
		throw error;
	}
}

const CONTACT_ID = /^[0-9a-f]{24}$/;

/** The contact that an operator means by a contact id or by the account id (external id). */
export async function findRecipient(
	intercom: IntercomClient,
	reference: string,
): Promise<Intercom.Contact> {
	if (CONTACT_ID.test(reference)) return await intercom.contacts.find({ contact_id: reference });
	const contact = await findByAccount(intercom, reference);
	if (contact) return contact;
	throw new Failure(`Intercom has no contact for the account "${reference}"`, {
		httpCode: 404,
		hint: 'Create it first with Contact > Create or Update, or give the contact ID of a lead.',
	});
}

async function update(
	intercom: IntercomClient,
	id: string,
	details: ContactDetails,
): Promise<Intercom.Contact> {
	return await intercom.contacts.update({
		contact_id: id,
		external_id: details.accountId,
		...toFields(details),
	});
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

/**
 * A 409 names the contact that is in the way; its wording is not documented and differs between versions.
 * https://github.com/intercom/Intercom-OpenAPI/issues/543
 */
function conflictingId(error: unknown): string | undefined {
	if (statusOf(error) !== 409) return undefined;
	return /\bid\s*[=:]\s*"?([0-9a-f]{6,})/i.exec(messageOf(error))?.[1];
}

async function reviveIfArchived(intercom: IntercomClient, id: string): Promise<void> {
	await intercom.contacts.unarchive({ contact_id: id });
}
