import type { Route, StandInRequest } from '../../kernel/http.ts';
import { flag, list, object, optional, readBody, text, type Shape } from '../api/body.ts';
import { companyNotFound, failure, invalid, resourceNotFound } from '../api/failure.ts';
import { ok, param, route } from '../api/route.ts';
import type { Contact } from '../state/contacts.ts';
import type { Conversation, Tag, Workspace } from '../state/workspace.ts';
import { owner } from './admins.ts';
import { toContactItem } from './contact-answer.ts';
import { contactIn } from './contacts.ts';

/** One path for five operations, told apart by what comes with the name. */
const tagBody = {
	name: optional(text({ max: 255 })),
	id: optional(text()),
	companies: optional(
		list(object({ id: optional(text()), company_id: optional(text()), untag: optional(flag) })),
	),
	users: optional(list(object({ id: optional(text()), untag: optional(flag) }))),
} satisfies Shape;

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/tags */
export function tagRoutes(workspace: Workspace): Route[] {
	const { tags, contacts, companies, conversations } = workspace;
	return [
		route('GET', '/tags', () => ok(toTagList([...tags.newestFirst()].reverse().map(toTag)))),
		route('POST', '/tags', (request) => {
			const { name, id, companies: tagged = [], users = [] } = readBody(request, tagBody);
			if (!name) throw invalid('invalid tag parameters');
			const tag = id === undefined ? tagNamed(workspace, name) : rename(workspace, id, name);
			for (const { id: companyId, company_id: ownId, untag = false } of tagged) {
				const company =
					companyId === undefined
						? companies.where('companyId', ownId ?? '')[0]
						: companies.get(companyId);
				if (!company) throw companyNotFound();
				const others = company.tagIds.filter((tagId) => tagId !== tag.id);
				companies.put({ ...company, tagIds: untag ? others : [...others, tag.id] });
			}
			for (const { id: contactId, untag = false } of users) {
				const contact = contacts.active(contactId ?? '');
				if (untag) untagContact(workspace, contact, tag);
				else tagContact(workspace, contact, tag);
			}
			return ok(toTag(tag));
		}),
		route('GET', '/tags/:id', (request) => ok(toTag(tagIn(workspace, param(request, 'id'))))),
		route('DELETE', '/tags/:id', (request) => {
			const tag = tagIn(workspace, param(request, 'id'));
			for (const contact of [...contacts.table.newestFirst()]) {
				if (contact.tags.some(({ id }) => id === tag.id)) untagContact(workspace, contact, tag);
			}
			tags.delete(tag.id);
			return { status: 200 };
		}),

		route('GET', '/contacts/:id/tags', (request) => {
			const { tags: applied } = contactIn(workspace, request);
			return ok(toTagList(applied.map(({ id, appliedAt }) => toApplied(workspace, id, appliedAt))));
		}),
		route('POST', '/contacts/:id/tags', (request) => {
			const contact = contactIn(workspace, request);
			const tag = tagIn(workspace, readBody(request, { id: text() }).id);
			const appliedAt = tagContact(workspace, contact, tag);
			return ok(toApplied(workspace, tag.id, appliedAt));
		}),
		route('DELETE', '/contacts/:id/tags/:tagId', (request) => {
			const contact = contactIn(workspace, request);
			const tag = tagIn(workspace, param(request, 'tagId'));
			const appliedAt = untagContact(workspace, contact, tag);
			if (appliedAt === undefined) throw resourceNotFound();
			return ok(toApplied(workspace, tag.id, appliedAt));
		}),

		route('POST', '/conversations/:id/tags', (request) => {
			const conversation = taggable(workspace, request);
			const { id, admin_id: adminId } = readBody(request, { id: text(), admin_id: text() });
			const tag = tagIn(workspace, id);
			const appliedAt = workspace.now();
			const others = conversation.tags.filter((one) => one.id !== id);
			conversations.put({ ...conversation, tags: [...others, { id, appliedAt, adminId }] });
			return ok(toApplied(workspace, tag.id, appliedAt, adminId));
		}),
		route('DELETE', '/conversations/:id/tags/:tagId', (request) => {
			const conversation = taggable(workspace, request);
			readBody(request, { admin_id: text() });
			const applied = conversation.tags.find(({ id }) => id === param(request, 'tagId'));
			if (!applied) throw failure(404, 'tag_not_found', 'Tag not found');
			const others = conversation.tags.filter((one) => one !== applied);
			conversations.put({ ...conversation, tags: others });
			return ok(toApplied(workspace, applied.id, applied.appliedAt, applied.adminId));
		}),
	];
}

function tagNamed({ tags, ids }: Workspace, name: string): Tag {
	return tags.where('name', name.toLowerCase())[0] ?? tags.put({ id: ids.next('tag'), name });
}

function rename(workspace: Workspace, id: string, name: string): Tag {
	return workspace.tags.put({ ...tagIn(workspace, id), name });
}

function tagIn({ tags }: Workspace, id: string): Tag {
	const tag = tags.get(id);
	if (!tag) throw resourceNotFound();
	return tag;
}

function taggable({ conversations }: Workspace, request: StandInRequest): Conversation {
	const conversation = conversations.get(param(request, 'id'));
	if (!conversation) throw failure(404, 'not_found', 'Conversation not found');
	return conversation;
}

/** Tagging twice keeps the first time. */
function tagContact(workspace: Workspace, contact: Contact, { id, name }: Tag): number {
	const applied = contact.tags.find((tag) => tag.id === id);
	if (applied) return applied.appliedAt;
	const appliedAt = workspace.now(contact);
	const tagged = workspace.contacts.change(contact, { tags: [...contact.tags, { id, appliedAt }] });
	notifyTag(workspace, 'created', tagged, { id, name });
	return appliedAt;
}

/** When the tag had been applied; undefined if it had not. */
function untagContact(workspace: Workspace, contact: Contact, tag: Tag): number | undefined {
	const applied = contact.tags.find(({ id }) => id === tag.id);
	if (!applied) return undefined;
	const tags = contact.tags.filter((one) => one !== applied);
	notifyTag(workspace, 'deleted', workspace.contacts.change(contact, { tags }), tag);
	return applied.appliedAt;
}

function notifyTag(workspace: Workspace, what: 'created' | 'deleted', contact: Contact, tag: Tag) {
	const item = {
		type: 'contact_tag',
		created_at: workspace.now(contact),
		tag: toTag(tag),
		contact: toContactItem(workspace, contact),
	};
	workspace.notify(`contact.${contact.role}.tag.${what}`, item, contact);
}

function toTag({ id, name }: Tag) {
	return { type: 'tag', id, name };
}

function toApplied(
	workspace: Workspace,
	id: string,
	appliedAt: number,
	adminId = owner(workspace).id,
) {
	return {
		type: 'tag',
		id,
		name: workspace.tags.get(id)?.name ?? '',
		applied_at: appliedAt,
		applied_by: { type: 'admin', id: adminId },
	};
}

function toTagList(data: readonly unknown[]) {
	return { type: 'list', data };
}
