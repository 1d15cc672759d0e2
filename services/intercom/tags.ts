import type { Intercom, IntercomClient } from 'intercom-client';
import { ifPresent } from './if-present.ts';

export interface AddedTag {
	readonly tag: Intercom.Tag;
	/** False when the contact had it already. */
	readonly isNew: boolean;
}

/** Intercom tags by id; posting a name gives the tag of that name, made if it is new. */
export async function addTag(
	intercom: IntercomClient,
	contact: Intercom.Contact,
	name: string,
): Promise<AddedTag> {
	const { id } = await intercom.tags.create({ name });
	const isNew = !(await hasTag(intercom, contact, id));
	return { tag: await intercom.tags.tagContact({ contact_id: contact.id, id }), isNew };
}

/** A contact shows ten of its tags. https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tags */
async function hasTag(
	intercom: IntercomClient,
	{ id: contactId, tags }: Intercom.Contact,
	tagId: string,
): Promise<boolean> {
	if (tags?.data?.some(({ id }) => id === tagId)) return true;
	if (!tags?.has_more) return false;
	const { data = [] } = await intercom.contacts.listAttachedTags({ contact_id: contactId });
	return data.some(({ id }) => id === tagId);
}

/** Undefined when the contact did not have it. */
export async function removeTag(
	intercom: IntercomClient,
	contactId: string,
	name: string,
): Promise<Intercom.Tag | undefined> {
	const tag = (await listTags(intercom)).find((one) => isSameName(one.name, name));
	if (!tag) return undefined;
	return await ifPresent(intercom.tags.untagContact({ contact_id: contactId, tag_id: tag.id }));
}

export async function listTags(intercom: IntercomClient): Promise<readonly Intercom.Tag[]> {
	const { data = [] } = await intercom.tags.list();
	return data;
}

function isSameName(one: string, other: string): boolean {
	return one.toLowerCase() === other.toLowerCase();
}
