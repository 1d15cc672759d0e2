import type { Route, StandInRequest } from '../../kernel/http.ts';
import {
	isRecord,
	oneOf,
	optional,
	queryInteger,
	readBody,
	readQuery,
	record,
	text,
	timestamp,
	type Shape,
} from '../api/body.ts';
import { invalid, missing, userNotFound } from '../api/failure.ts';
import { ok, route } from '../api/route.ts';
import type { Contact } from '../state/contacts.ts';
import type { DataEvent, Workspace } from '../state/workspace.ts';

const MAX_METADATA_KEYS = 10;
const LISTED_DAYS = 90;
const PER_PAGE = 50;

const eventBody = {
	event_name: text({ max: 255 }),
	created_at: timestamp,
	id: optional(text()),
	user_id: optional(text()),
	email: optional(text()),
	metadata: optional(record),
} satisfies Shape;

const eventQuery = {
	type: oneOf('user'),
	user_id: optional(text()),
	intercom_user_id: optional(text()),
	email: optional(text()),
	summary: optional(oneOf('true', 'false')),
	per_page: optional(queryInteger({ min: 1, max: 150 })),
	/** How the address of the next page goes on. */
	before: optional(text()),
} satisfies Shape;

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/data-events */
export function eventRoutes(workspace: Workspace): Route[] {
	const { events } = workspace;
	return [
		route('POST', '/events', (request) => {
			const written = readBody(request, eventBody);
			if (written.event_name === '') throw missing('event_name is required');
			const contact = subjectOf(workspace, written.id, written.user_id, written.email);
			const id = [contact.external_id ?? contact.id, written.event_name, written.created_at].join(
				'|',
			);
			const known = events.get(id);
			if (known) events.put({ ...known, repeats: known.repeats + 1 });
			else track(workspace, contact, id, written);
			return { status: 202 };
		}),
		route('GET', '/events', (request) => {
			const query = readQuery(request, eventQuery);
			const contact = subjectOf(workspace, query.intercom_user_id, query.user_id, query.email);
			const all = events
				.where('contact', contact.id)
				.toSorted((one, other) => other.createdAt - one.createdAt);
			const who = {
				user_id: contact.external_id,
				intercom_user_id: contact.id,
				email: contact.email,
			};
			if (query.summary === 'true')
				return ok({ type: 'event.summary', ...who, events: summarise(all) });
			const oldest = workspace.now(contact) - LISTED_DAYS * 86_400;
			const start =
				query.before === undefined ? 0 : all.findIndex(({ id }) => id === query.before) + 1;
			const listed = all.slice(start).filter(({ createdAt }) => createdAt >= oldest);
			const { per_page: perPage = PER_PAGE } = query;
			const page = listed.slice(0, perPage);
			const last = page.at(-1);
			const hasMore = last !== undefined && listed.length > perPage;
			return ok({
				type: 'event.list',
				events: page.map((event) => ({
					type: 'event',
					id: event.id,
					event_name: event.name,
					created_at: event.createdAt,
					...who,
					metadata: event.metadata,
				})),
				pages: hasMore ? { next: nextPage(request, last) } : {},
			});
		}),
	];
}

/** Users by any of the three, leads by Intercom's id only. */
function subjectOf(
	{ contacts }: Workspace,
	id: string | undefined,
	externalId: string | undefined,
	email: string | undefined,
): Contact {
	if (id !== undefined) return contacts.active(id);
	if (externalId === undefined && email === undefined) {
		throw missing('One of id, user_id or email is required');
	}
	const candidates =
		externalId === undefined ? contacts.withEmail(email ?? '') : [contacts.holderOf(externalId)];
	const found = candidates.find((one) => one?.state === 'active' && one.role === 'user');
	if (!found) throw userNotFound();
	return found;
}

function track(
	workspace: Workspace,
	contact: Contact,
	id: string,
	{
		event_name: name,
		created_at: createdAt,
		metadata = {},
	}: { event_name: string; created_at: number; metadata?: Readonly<Record<string, unknown>> },
) {
	const event = workspace.events.put({
		id,
		contactId: contact.id,
		name,
		createdAt,
		metadata: keepKnownKeys(workspace, name, metadata),
		repeats: 0,
	});
	const item = {
		type: 'event',
		event_name: name,
		created_at: createdAt,
		user_id: contact.external_id,
		intercom_user_id: contact.id,
		email: contact.email,
		metadata: event.metadata,
	};
	workspace.notify('event.created', item, contact);
}

/** The first ten keys that an event of this name ever had are kept, others are dropped silently. */
function keepKnownKeys(
	{ eventKeys }: Workspace,
	name: string,
	metadata: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
	const keys = eventKeys.get(name) ?? new Set<string>();
	eventKeys.set(name, keys);
	const kept: Record<string, unknown> = {};
	for (const [key, value] of Object.entries(metadata)) {
		if (!isFlat(value)) throw invalid(`metadata.${key} cannot be nested`);
		if (keys.size < MAX_METADATA_KEYS) keys.add(key);
		if (keys.has(key)) kept[key] = value;
	}
	return kept;
}

/** Texts, numbers and flags, and two shapes: a rich link and an amount of money. */
function isFlat(value: unknown): boolean {
	if (!isRecord(value)) return !Array.isArray(value);
	const keys = Object.keys(value).sort().join();
	if (keys === 'url,value') return typeof value['url'] === 'string';
	return keys === 'amount,currency' && Number.isSafeInteger(value['amount']);
}

function summarise(events: readonly DataEvent[]) {
	const names = [...new Set(events.map(({ name }) => name))];
	return names.map((name) => {
		const times = events.filter((event) => event.name === name).map(({ createdAt }) => createdAt);
		return {
			name,
			count: times.length,
			first: new Date(Math.min(...times) * 1000).toISOString(),
			last: new Date(Math.max(...times) * 1000).toISOString(),
		};
	});
}

function nextPage({ headers, query }: StandInRequest, last: DataEvent): string {
	const parameters = new URLSearchParams(query);
	parameters.set('before', last.id);
	return `http://${headers['host']}/events?${parameters.toString()}`;
}
