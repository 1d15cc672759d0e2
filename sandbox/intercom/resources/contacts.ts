import type { Route, StandInRequest } from '../../kernel/http.ts';
import {
	email,
	flag,
	integer,
	nullable,
	oneOf,
	optional,
	readBody,
	readQuery,
	record,
	text,
	timestamp,
	type Shape,
	type Values,
} from '../api/body.ts';
import { failure, invalid, missing, resourceNotFound, userNotFound } from '../api/failure.ts';
import { pageOf, pagingQuery } from '../api/paging.ts';
import { ok, param, route } from '../api/route.ts';
import { isFrom216 } from '../api/versions.ts';
import { contactFields } from '../search/fields.ts';
import { readSearch, search } from '../search/search.ts';
import { mergeCustomAttributes } from '../state/attributes.ts';
import { NEW_PROFILE, type Contact, type Profile, type Role } from '../state/contacts.ts';
import type { Workspace } from '../state/workspace.ts';
import { toContact, toContactItem, toReference } from './contact-answer.ts';
import { notifyContactChange, notifyContactCreated } from './contact-topics.ts';

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/contacts */
export function contactRoutes(workspace: Workspace): Route[] {
	const { contacts } = workspace;
	const answer = (contact: Contact, request: StandInRequest) =>
		ok(toContact(workspace, contact, request));
	const answerList = (
		all: readonly Contact[],
		paging: Parameters<typeof pageOf>[1],
		request: StandInRequest,
	) => {
		const { items, total, pages } = pageOf(all, paging);
		const data = items.map((contact) => toContact(workspace, contact, request));
		return ok({ type: 'list', data, total_count: total, pages });
	};

	return [
		route('POST', '/contacts', (request) => {
			const written = readBody(request, writableFields(request));
			if (!written.email && !written.external_id && !written.role) {
				throw missing('One of email, external_id or role is required');
			}
			return answer(createContact(workspace, toChanges(workspace, written, {})), request);
		}),
		route('GET', '/contacts', (request) => {
			const active = [...contacts.table.newestFirst()].filter(({ state }) => state === 'active');
			return answerList(active, readQuery(request, pagingQuery), request);
		}),
		route('POST', '/contacts/search', (request) => {
			const order = readSearch(request, contactFields(workspace));
			const found = search(contacts.searchable(), order, workspace.settings.timeZone);
			// Removed since the index learned of them.
			const present = found.filter(({ id }) => contacts.table.get(id)?.state !== 'merged');
			return answerList(present, order.paging, request);
		}),
		route('GET', '/contacts/find_by_external_id/:externalId', (request) => {
			const externalId = param(request, 'externalId');
			const holder = contacts.holderOf(externalId);
			const [former] = contacts.table.where('externalId', externalId);
			if (!holder) refuseMerged(request, former);
			if (holder?.state !== 'active' || holder.role !== 'user') throw userNotFound();
			return answer(holder, request);
		}),
		route('GET', '/contacts/:id', (request) => answer(contactIn(workspace, request), request)),
		route('PUT', '/contacts/:id', (request) => {
			const contact = contactIn(workspace, request);
			const written = readBody(request, writableFields(request));
			const changes = toChanges(workspace, written, contact.custom_attributes);
			return answer(updateContact(workspace, contact, changes), request);
		}),
		route('DELETE', '/contacts/:id', (request) => {
			const contact = contacts.table.get(param(request, 'id'));
			if (!contact || contact.state === 'merged') throw userNotFound();
			contacts.table.delete(contact.id);
			workspace.notify('contact.deleted', { ...toReference(contact), deleted: true }, contact);
			return ok({ ...toReference(contact), deleted: true });
		}),
		route('POST', '/contacts/:id/archive', (request) => {
			const contact = contacts.change(contactIn(workspace, request), { state: 'archived' });
			workspace.notify('contact.archived', toContactItem(workspace, contact), contact);
			return ok({ ...toReference(contact), archived: true });
		}),
		route('POST', '/contacts/:id/unarchive', (request) => {
			const contact = contacts.table.get(param(request, 'id'));
			if (!contact || contact.state === 'merged') throw userNotFound();
			const active = contacts.change(contact, { state: 'active' });
			if (contact.state !== 'active') {
				workspace.notify('contact.unarchive', toContactItem(workspace, active), active);
			}
			return ok({ ...toReference(active), archived: false });
		}),
		route('POST', '/contacts/:id/block', (request) => {
			const contact = contacts.change(contactIn(workspace, request), { state: 'blocked' });
			return ok({ ...toReference(contact), blocked: true });
		}),
	];
}

/** The contact that a path names; a merged one says where it went, from 2.16 on. */
export function contactIn(workspace: Workspace, request: StandInRequest): Contact {
	const id = param(request, 'id');
	refuseMerged(request, workspace.contacts.table.get(id));
	return workspace.contacts.active(id);
}

function refuseMerged(request: StandInRequest, contact?: Contact) {
	const canonical = contact?.mergedInto;
	if (!canonical || !isFrom216(request)) return;
	throw failure(410, 'contact_merged', `This contact was merged into ${canonical}`, {
		link: `</contacts/${canonical}>; rel="canonical"`,
	});
}

type Changes = Partial<Omit<Profile, 'role'>> & { readonly role?: Role };

/** Makes a contact, or says which one is in the way. */
export function createContact(workspace: Workspace, changes: Changes): Contact {
	const profile: Profile = { ...NEW_PROFILE, ...changes };
	refuseDuplicate(workspace, profile);
	const now = workspace.now(profile);
	const contact = workspace.contacts.table.put({
		...profile,
		id: workspace.ids.object(),
		created_at: now,
		updated_at: now,
		state: 'active',
		mergedInto: null,
		tags: [],
		companyIds: [],
		chosenSubscriptionIds: [],
		existsSinceMs: Date.now(),
	});
	notifyContactCreated(workspace, contact);
	return contact;
}

export function updateContact(workspace: Workspace, contact: Contact, changes: Changes): Contact {
	if (contact.role === 'user' && changes.role === 'lead') {
		throw invalid('A user cannot be changed to a lead');
	}
	refuseDuplicate(workspace, { ...contact, ...changes }, contact.id);
	const changed = workspace.contacts.change(contact, changes);
	notifyContactChange(workspace, contact, changed);
	return changed;
}

/**
 * One holder per external id, archived ones included. Users may share an e-mail only if each has an external id
 * of its own. The wording is what clients parse: https://github.com/intercom/Intercom-OpenAPI/pull/543
 */
function refuseDuplicate(
	workspace: Workspace,
	{ role, external_id: externalId, email: address }: Profile,
	ownId?: string,
) {
	const { contacts } = workspace;
	const sameAddress = (role === 'user' && address ? contacts.withEmail(address) : []).filter(
		(other) => other.role === 'user' && (!externalId || !other.external_id),
	);
	const holder = externalId ? contacts.holderOf(externalId) : undefined;
	const inTheWay = [...(holder ? [holder] : []), ...sameAddress].find(({ id }) => id !== ownId);
	if (!inTheWay) return;
	const article = inTheWay.state === 'active' ? 'A' : 'An archived';
	throw failure(
		409,
		'conflict',
		`${article} contact matching those details already exists with id=${inTheWay.id}`,
	);
}

function writableFields(request: StandInRequest) {
	return {
		role: optional(oneOf('user', 'lead')),
		external_id: optional(text({ max: 255 })),
		email: optional(email),
		...(isFrom216(request) ? { email_verified: optional(flag) } : {}),
		phone: optional(nullable(text({ max: 100 }))),
		name: optional(nullable(text({ max: 255 }))),
		avatar: optional(nullable(text({ max: 2000 }))),
		signed_up_at: optional(nullable(timestamp)),
		last_seen_at: optional(nullable(timestamp)),
		owner_id: optional(nullable<string | number>(isFrom216(request) ? text() : integer)),
		unsubscribed_from_emails: optional(nullable(flag)),
		custom_attributes: optional(nullable(record)),
	} satisfies Shape;
}

type Written = Values<ReturnType<typeof writableFields>>;

function toChanges(
	workspace: Workspace,
	written: Written,
	attributes: Contact['custom_attributes'],
): Changes {
	const {
		owner_id: ownerId,
		unsubscribed_from_emails: isUnsubscribed,
		custom_attributes: customAttributes,
		email_verified: emailVerified,
		...plain
	} = written;
	if (emailVerified !== undefined && plain.email === undefined) {
		throw invalid('email_verified can only be set together with email');
	}
	return {
		...plain,
		...(ownerId === undefined ? {} : { owner_id: readOwner(workspace, ownerId) }),
		...(isUnsubscribed === undefined ? {} : { unsubscribed_from_emails: isUnsubscribed ?? false }),
		...(customAttributes
			? {
					custom_attributes: mergeCustomAttributes(
						workspace.attributes.newestFirst(),
						'contact',
						attributes,
						customAttributes,
					),
				}
			: {}),
	};
}

function readOwner(workspace: Workspace, ownerId: string | number | null): number | null {
	if (ownerId === null) return null;
	if (!workspace.admins.get(String(ownerId))) throw resourceNotFound();
	return Number(ownerId);
}
