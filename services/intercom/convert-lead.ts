import type { Intercom, IntercomClient } from 'intercom-client';
import { Failure } from '../failure.ts';
import { findByAccount, holderIn } from './contacts.ts';
import { ifPresent } from './if-present.ts';

export interface Conversion {
	readonly contact: Intercom.Contact;
	/** False when the lead was this user already. */
	readonly isNew: boolean;
}

/** Makes a lead the user of an account, or part of the user that the account has. */
export async function convertLead(
	intercom: IntercomClient,
	leadId: string,
	accountId: string,
): Promise<Conversion> {
	const lead = await ifPresent(intercom.contacts.find({ contact_id: leadId }));
	const user = await findByAccount(intercom, accountId);
	if (!lead) {
		// A lead that was merged is gone; its conversations are the user's.
		if (user) return { contact: user, isNew: false };
		throw new Failure(`Intercom has no lead with the ID "${leadId}"`, { httpCode: 404 });
	}
	if (lead.role === 'user') {
		if (lead.external_id === accountId) return { contact: lead, isNew: false };
		throw new Failure(`The contact "${leadId}" is the user of another account`, {
			hint: 'Only leads can be converted. Two users stay two users in Intercom.',
		});
	}
	if (user) return { contact: await merge(intercom, lead, user), isNew: true };
	return { contact: await promote(intercom, lead, accountId), isNew: true };
}

async function promote(
	intercom: IntercomClient,
	lead: Intercom.Contact,
	accountId: string,
): Promise<Intercom.Contact> {
	const identity = { role: 'user', external_id: accountId };
	try {
		return await intercom.contacts.update({ contact_id: lead.id, ...identity });
	} catch (error) {
		const holder = await holderIn(intercom, error, accountId);
		if (!holder) throw error;
		await intercom.contacts.update({ contact_id: holder.id, ...identity });
		return await merge(intercom, lead, holder);
	}
}

/** Intercom refuses unless both share e-mail or phone. */
async function merge(
	intercom: IntercomClient,
	{ id: from }: Intercom.Contact,
	{ id: into }: Intercom.Contact,
): Promise<Intercom.Contact> {
	return await intercom.contacts.mergeLeadInUser({ from, into });
}
