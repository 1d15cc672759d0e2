import type { Intercom, IntercomClient } from 'intercom-client';
import { ifPresent } from './if-present.ts';

/** Intercom tags by id; posting a name gives the tag of that name, made if it is new. */
export async function addTag(
	intercom: IntercomClient,
	contactId: string,
	name: string,
): Promise<Intercom.Tag> {
	const { id } = await intercom.tags.create({ name });
	return await intercom.tags.tagContact({ contact_id: contactId, id });
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
