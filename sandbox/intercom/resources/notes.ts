import type { Route } from '../../kernel/http.ts';
import { optional, queryInteger, readBody, readQuery, text, type Shape } from '../api/body.ts';
import { invalid, resourceNotFound } from '../api/failure.ts';
import { ok, param, route } from '../api/route.ts';
import type { Note, Workspace } from '../state/workspace.ts';
import { owner, toAdmin } from './admins.ts';
import { contactIn } from './contacts.ts';
import { asHtml } from './conversation-answer.ts';

const pageQuery = {
	page: optional(queryInteger({ min: 1, max: 100_000 })),
	per_page: optional(queryInteger({ min: 1, max: 150 })),
} satisfies Shape;

const PER_PAGE = 50;

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/notes */
export function noteRoutes(workspace: Workspace): Route[] {
	const { notes, admins, ids } = workspace;
	return [
		route('GET', '/contacts/:id/notes', (request) => {
			const all = notes.where('contact', contactIn(workspace, request).id);
			const { page = 1, per_page: perPage = PER_PAGE } = readQuery(request, pageQuery);
			const data = all
				.slice((page - 1) * perPage, page * perPage)
				.map((note) => toNote(workspace, note));
			return ok({ type: 'list', data, total_count: all.length });
		}),
		route('POST', '/contacts/:id/notes', (request) => {
			const contact = contactIn(workspace, request);
			const { body, admin_id: adminId = owner(workspace).id } = readBody(request, {
				body: text(),
				admin_id: optional(text()),
			});
			if (body === '') throw invalid('body cannot be empty');
			if (!admins.get(adminId)) throw resourceNotFound();
			const note = notes.put({
				id: ids.next('note'),
				contactId: contact.id,
				adminId,
				body,
				createdAt: workspace.now(contact),
			});
			return ok(toNote(workspace, note));
		}),
		route('GET', '/notes/:id', (request) => {
			const note = notes.get(param(request, 'id'));
			if (!note) throw resourceNotFound();
			return ok(toNote(workspace, note));
		}),
	];
}

function toNote({ admins }: Workspace, { id, contactId, adminId, body, createdAt }: Note) {
	const author = admins.get(adminId);
	return {
		type: 'note',
		id,
		created_at: createdAt,
		contact: { type: 'contact', id: contactId },
		author: author ? toAdmin(author) : null,
		body: asHtml(body),
	};
}
