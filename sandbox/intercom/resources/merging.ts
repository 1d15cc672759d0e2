import type { Route } from '../../kernel/http.ts';
import { flag, object, oneOf, optional, readBody, text, type Shape } from '../api/body.ts';
import { failure, missing } from '../api/failure.ts';
import { ok, route } from '../api/route.ts';
import { isFrom216 } from '../api/versions.ts';
import type { Contact } from '../state/contacts.ts';
import type { Visitor, Workspace } from '../state/workspace.ts';
import { toContact, toContactItem } from './contact-answer.ts';
import { createContact } from './contacts.ts';

const identity = object({
	id: optional(text()),
	user_id: optional(text()),
	email: optional(text()),
});

const conversion = {
	type: oneOf('user', 'lead'),
	user: identity,
	visitor: identity,
} satisfies Shape;

/** Two records of one person become one: leads merge into users, visitors convert to either. */
export function mergingRoutes(workspace: Workspace): Route[] {
	return [
		// https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts/mergecontact
		route('POST', '/contacts/merge', (request) => {
			const {
				from,
				into,
				skip_duplicate_validation: isForced = false,
			} = readBody(request, {
				from: text(),
				into: text(),
				...(isFrom216(request) ? { skip_duplicate_validation: optional(flag) } : {}),
			});
			const lead = workspace.contacts.active(from);
			const user = workspace.contacts.active(into);
			if (lead.role !== 'lead' || user.role !== 'user') {
				throw failure(400, 'invalid_merge', 'Only a lead can be merged, and only into a user');
			}
			if (!isForced && !isSamePerson(lead, user)) {
				throw failure(400, 'invalid_merge', 'The contacts share neither email nor phone');
			}
			return ok(toContact(workspace, mergeContacts(workspace, lead, user), request));
		}),

		// https://developers.intercom.com/docs/references/rest-api/api.intercom.io/visitors/convertvisitor
		route('POST', '/visitors/convert', (request) => {
			const { type, user, visitor } = readBody(request, conversion);
			const found = findVisitor(workspace, visitor);
			if (!found) throw failure(404, 'not_found', 'Visitor Not Found');
			const existing = type === 'user' ? findUser(workspace, user) : undefined;
			const contact =
				existing ??
				createContact(workspace, {
					role: type,
					external_id: type === 'user' ? (user.user_id ?? null) : null,
					email: user.email ?? found.email,
					name: found.name,
				});
			workspace.visitors.delete(found.id);
			workspace.notify('visitor.signed_up', toContactItem(workspace, contact), contact);
			return ok(toContact(workspace, contact, request));
		}),
	];
}

function isSamePerson(one: Contact, other: Contact): boolean {
	const sharesEmail = one.email?.toLowerCase() === other.email?.toLowerCase() && one.email !== null;
	return sharesEmail || (one.phone !== null && one.phone === other.phone);
}

/** The user keeps what it has and takes what it lacks; everything that hangs on the lead moves over. */
function mergeContacts(workspace: Workspace, lead: Contact, user: Contact): Contact {
	const { contacts, conversations, messages, notes, events } = workspace;
	for (const one of conversations.where('contact', lead.id)) {
		conversations.put({ ...one, contactId: user.id });
	}
	for (const one of messages.where('contact', lead.id))
		messages.put({ ...one, contactId: user.id });
	for (const one of notes.where('contact', lead.id)) notes.put({ ...one, contactId: user.id });
	for (const one of events.where('contact', lead.id)) events.put({ ...one, contactId: user.id });
	contacts.change(lead, { state: 'merged', mergedInto: user.id });

	const tagIds = new Set(user.tags.map(({ id }) => id));
	const merged = contacts.change(user, {
		phone: user.phone ?? lead.phone,
		name: user.name ?? lead.name,
		email: user.email ?? lead.email,
		custom_attributes: { ...lead.custom_attributes, ...user.custom_attributes },
		tags: [...user.tags, ...lead.tags.filter(({ id }) => !tagIds.has(id))],
		companyIds: [...new Set([...user.companyIds, ...lead.companyIds])],
	});
	const item = {
		...toContactItem(workspace, merged),
		merged_from: { type: 'contact', id: lead.id },
	};
	workspace.notify('contact.merged', item, merged);
	return merged;
}

interface Identity {
	readonly id?: string | undefined;
	readonly user_id?: string | undefined;
	readonly email?: string | undefined;
}

function findVisitor({ visitors }: Workspace, by: Identity): Visitor | undefined {
	if (by.id !== undefined) return visitors.get(by.id);
	if (by.user_id !== undefined) return visitors.where('userId', by.user_id)[0];
	if (by.email === undefined) throw missing('visitor needs one of id, user_id, email');
	return visitors.where('email', by.email.toLowerCase())[0];
}

function findUser({ contacts }: Workspace, by: Identity): Contact | undefined {
	const candidates = [
		...(by.id === undefined ? [] : [contacts.table.get(by.id)]),
		...(by.user_id === undefined ? [] : [contacts.holderOf(by.user_id)]),
		...(by.email === undefined || by.user_id !== undefined ? [] : contacts.withEmail(by.email)),
	];
	return candidates.find((contact) => contact?.state === 'active' && contact.role === 'user');
}
