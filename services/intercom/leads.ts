import type { Intercom, IntercomClient } from 'intercom-client';
import { statusOf } from './explain.ts';

/** A lead in the index may be gone, merged or somebody else by now. */
const OVERTAKEN: ReadonlySet<number | undefined> = new Set([400, 404, 410]);

/**
 * The user with everything that its e-mail did as a lead: conversations, notes, events. Search lags by minutes,
 * so a lead of just now is found the next time.
 */
export async function absorbLeads(
	intercom: IntercomClient,
	user: Intercom.Contact,
): Promise<Intercom.Contact> {
	if (!user.email) return user;
	let merged = user;
	const leads = await intercom.contacts.search({
		query: {
			operator: 'AND',
			value: [
				{ field: 'role', operator: '=', value: 'lead' },
				{ field: 'email', operator: '=', value: user.email },
			],
		},
	});
	for await (const lead of leads) {
		merged = (await mergeUnlessOvertaken(intercom, lead.id, user.id)) ?? merged;
	}
	return merged;
}

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/mergecontact */
async function mergeUnlessOvertaken(
	intercom: IntercomClient,
	from: string,
	into: string,
): Promise<Intercom.Contact | undefined> {
	try {
		return await intercom.contacts.mergeLeadInUser({ from, into });
	} catch (error) {
		if (OVERTAKEN.has(statusOf(error))) return undefined;
		throw error;
	}
}
