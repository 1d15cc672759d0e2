import type { Route, StandInRequest } from '../../kernel/http.ts';
import {
	number,
	oneOf,
	optional,
	queryInteger,
	readBody,
	readQuery,
	record,
	text,
	integer,
	timestamp,
	type Shape,
	type Values,
} from '../api/body.ts';
import { companyNotFound, failure, invalid, missing } from '../api/failure.ts';
import { pageOf, pagingQuery } from '../api/paging.ts';
import { ok, param, route } from '../api/route.ts';
import { mergeCustomAttributes } from '../state/attributes.ts';
import type { Company, Workspace } from '../state/workspace.ts';
import { toContact } from './contact-answer.ts';
import { contactIn } from './contacts.ts';

const MAX_COMPANIES_PER_CONTACT = 1_000;
const MAX_SPEND = 2 ** 31 - 1;
const PER_PAGE = 15;

const companyBody = {
	name: optional(text({ max: 255 })),
	plan: optional(text({ max: 255 })),
	size: optional(integer),
	website: optional(text()),
	industry: optional(text()),
	custom_attributes: optional(record),
	remote_created_at: optional(timestamp),
	monthly_spend: optional(number),
} satisfies Shape;

const pageQuery = {
	page: optional(queryInteger({ min: 1, max: 100_000 })),
	per_page: optional(queryInteger({ min: 1, max: 60 })),
} satisfies Shape;

const companyQuery = {
	name: optional(text()),
	company_id: optional(text()),
	tag_id: optional(text()),
	segment_id: optional(text()),
	...pageQuery,
} satisfies Shape;

const listQuery = { ...pageQuery, order: optional(oneOf('asc', 'desc')) } satisfies Shape;

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/companies */
export function companyRoutes(workspace: Workspace): Route[] {
	const { companies, contacts } = workspace;
	const answer = (company: Company) => ok(toCompany(workspace, company));
	/** Companies page by number, unlike contacts and conversations. */
	const toList = (
		all: readonly Company[],
		{ page = 1, per_page: perPage = PER_PAGE }: Values<typeof pageQuery>,
	) => ({
		type: 'list',
		data: all.slice((page - 1) * perPage, page * perPage).map((one) => toCompany(workspace, one)),
		total_count: all.length,
		pages: {
			type: 'pages',
			next: null,
			page,
			per_page: perPage,
			total_pages: Math.ceil(all.length / perPage),
		},
	});
	return [
		route('POST', '/companies', (request) => {
			const { company_id: companyId, ...written } = readBody(request, {
				...companyBody,
				company_id: optional(text({ max: 255 })),
			});
			if (!companyId) throw missing('company_id is required');
			const existing = companies.where('companyId', companyId)[0];
			return answer(writeCompany(workspace, existing ?? newCompany(workspace, companyId), written));
		}),
		route('GET', '/companies', (request) => {
			const query = readQuery(request, companyQuery);
			if (query.company_id !== undefined || query.name !== undefined) {
				const found =
					query.company_id === undefined
						? companies.where('name', query.name ?? '')
						: companies.where('companyId', query.company_id);
				const company = found.find((one) => isVisible(workspace, one));
				if (!company) throw companyNotFound();
				return answer(company);
			}
			const tagged = (company: Company) =>
				query.segment_id === undefined &&
				(query.tag_id === undefined || company.tagIds.includes(query.tag_id));
			return ok(toList(visibleCompanies(workspace).filter(tagged), query));
		}),
		// Reads by POST; the parameters travel in the query.
		route('POST', '/companies/list', (request) => {
			const { order = 'desc', ...paging } = readQuery(request, listQuery);
			const newestFirst = visibleCompanies(workspace);
			return ok(toList(order === 'asc' ? newestFirst.toReversed() : newestFirst, paging));
		}),
		route('GET', '/companies/:id', (request) => answer(companyIn(workspace, request))),
		route('PUT', '/companies/:id', (request) => {
			const company = companyIn(workspace, request);
			return answer(writeCompany(workspace, company, readBody(request, companyBody)));
		}),
		route('DELETE', '/companies/:id', (request) => {
			const { id } = companyIn(workspace, request);
			for (const contact of contacts.table.where('company', id)) {
				contacts.change(contact, {
					companyIds: contact.companyIds.filter((companyId) => companyId !== id),
				});
			}
			companies.delete(id);
			return ok({ id, object: 'company', deleted: true });
		}),
		route('GET', '/companies/:id/contacts', (request) => {
			const { id } = companyIn(workspace, request);
			const attached = contacts.table.where('company', id);
			const { items, total, pages } = pageOf(attached, readQuery(request, pagingQuery));
			const data = items.map((contact) => toContact(workspace, contact, request));
			return ok({ type: 'list', data, total_count: total, pages });
		}),

		route('GET', '/contacts/:id/companies', (request) => {
			const { companyIds } = contactIn(workspace, request);
			const attached = companyIds.flatMap((id) => companies.get(id) ?? []);
			const { data, ...list } = toList(attached, readQuery(request, pageQuery));
			return ok({ ...list, companies: data });
		}),
		route('POST', '/contacts/:id/companies', (request) => {
			const contact = contactIn(workspace, request);
			const { id } = readBody(request, { id: optional(text()) });
			if (!id) throw missing('company not specified');
			const company = companies.get(id);
			if (!company) throw companyNotFound();
			if (contact.companyIds.includes(id)) return answer(company);
			if (contact.companyIds.length >= MAX_COMPANIES_PER_CONTACT) {
				throw failure(
					400,
					'contact_company_limit_exceeded',
					`Contact has reached the maximum of ${MAX_COMPANIES_PER_CONTACT} company associations`,
				);
			}
			contacts.change(contact, { companyIds: [...contact.companyIds, id] });
			return answer(company);
		}),
		route('DELETE', '/contacts/:id/companies/:companyId', (request) => {
			const contact = contactIn(workspace, request);
			const company = companies.get(param(request, 'companyId'));
			if (!company || !contact.companyIds.includes(company.id)) throw companyNotFound();
			contacts.change(contact, {
				companyIds: contact.companyIds.filter((id) => id !== company.id),
			});
			return answer(company);
		}),
	];
}

function visibleCompanies(workspace: Workspace): Company[] {
	return [...workspace.companies.newestFirst()].filter((one) => isVisible(workspace, one));
}

/** A company that nobody belongs to does not show up. */
function isVisible({ contacts }: Workspace, { id }: Company): boolean {
	return contacts.table.where('company', id).length > 0;
}

function companyIn({ companies }: Workspace, request: StandInRequest): Company {
	const company = companies.get(param(request, 'id'));
	if (!company) throw companyNotFound();
	return company;
}

function newCompany(workspace: Workspace, companyId: string): Company {
	const now = workspace.now();
	return {
		id: workspace.ids.object(),
		companyId,
		name: companyId,
		plan: null,
		size: null,
		website: null,
		industry: null,
		monthlySpend: 0,
		remoteCreatedAt: null,
		customAttributes: {},
		tagIds: [],
		createdAt: now,
		updatedAt: now,
	};
}

function writeCompany(
	workspace: Workspace,
	company: Company,
	written: Values<typeof companyBody>,
): Company {
	const spend = Math.trunc(written.monthly_spend ?? company.monthlySpend);
	if (spend > MAX_SPEND) throw invalid(`monthly_spend must be at most ${MAX_SPEND}`);
	return workspace.companies.put({
		...company,
		name: written.name ?? company.name,
		plan: written.plan ?? company.plan,
		size: written.size ?? company.size,
		website: written.website ?? company.website,
		industry: written.industry ?? company.industry,
		monthlySpend: spend,
		remoteCreatedAt: written.remote_created_at ?? company.remoteCreatedAt,
		customAttributes: mergeCustomAttributes(
			workspace.attributes.newestFirst(),
			'company',
			company.customAttributes,
			written.custom_attributes ?? {},
		),
		updatedAt: workspace.now(),
	});
}

function toCompany(workspace: Workspace, company: Company) {
	return {
		type: 'company',
		id: company.id,
		company_id: company.companyId,
		app_id: workspace.id,
		name: company.name,
		remote_created_at: company.remoteCreatedAt,
		created_at: company.createdAt,
		updated_at: company.updatedAt,
		last_request_at: null,
		size: company.size,
		website: company.website,
		industry: company.industry,
		monthly_spend: company.monthlySpend,
		session_count: 0,
		user_count: workspace.contacts.table.where('company', company.id).length,
		plan: company.plan === null ? {} : { type: 'plan', id: company.plan, name: company.plan },
		tags: {
			type: 'tag.list',
			tags: company.tagIds.map((id) => ({ type: 'tag', id, name: workspace.tags.get(id)?.name })),
		},
		segments: { type: 'segment.list', segments: [] },
		custom_attributes: company.customAttributes,
	};
}
