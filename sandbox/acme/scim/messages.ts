import type { Reply, StandInRequest } from '../../kernel/http.ts';

/** The message shapes of RFC 7644 that users and groups share. */

export type Json = Readonly<Record<string, unknown>>;

type ScimType = 'invalidFilter' | 'invalidPath' | 'invalidSyntax' | 'invalidValue' | 'uniqueness';

const contentType = { 'content-type': 'application/scim+json' };

export function resource(body: Json, status = 200): Reply {
	return { status, headers: contentType, json: body };
}

export function scimError(status: number, detail: string, scimType?: ScimType): Reply {
	return resource(
		{
			schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
			status: String(status),
			...(scimType ? { scimType } : {}),
			detail,
		},
		status,
	);
}

export function notFound(id: string): Reply {
	return scimError(404, `Resource ${id} not found`);
}

/** One page of a list, counted from 1 as SCIM does. */
export function listReply(request: StandInRequest, resources: readonly Json[]): Reply {
	const startIndex = Math.max(1, Number(request.query.get('startIndex') ?? 1) || 1);
	const count = Math.max(0, Number(request.query.get('count') ?? 100) || 0);
	const pageOfList = resources.slice(startIndex - 1, startIndex - 1 + count);
	return resource({
		schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
		totalResults: resources.length,
		startIndex,
		itemsPerPage: pageOfList.length,
		Resources: pageOfList,
	});
}

/** The same of what the request's filter lets through: by one of these attributes, or by id. */
export function filteredReply(
	request: StandInRequest,
	resources: readonly Json[],
	attributes: readonly string[],
): Reply {
	const found = filterResources(resources, request.query.get('filter'), ['id', ...attributes]);
	if (found) return listReply(request, found);
	const known = attributes.map((name) => `${name} eq "..."`).join(' or ');
	return scimError(400, `Only: ${known}`, 'invalidFilter');
}

/**
 * Filters by one comparison, which is all that provisioning clients send to find what they made:
 * `userName eq "ada@example.com"`. Undefined when the filter is another one.
 */
function filterResources(
	resources: readonly Json[],
	filter: string | null,
	attributes: readonly string[],
): readonly Json[] | undefined {
	if (filter === null) return resources;
	const [, name, quoted] = /^\s*([\w.]+)\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i.exec(filter) ?? [];
	const attribute = attributes.find((known) => known.toLowerCase() === name?.toLowerCase());
	if (attribute === undefined || quoted === undefined) return undefined;
	const wanted = String(JSON.parse(quoted));
	// RFC 7643: userName and displayName ignore case, ids do not.
	const fold = (value: string) => (/name$/i.test(attribute) ? value.toLowerCase() : value);
	return resources.filter((entry) => fold(String(entry[attribute] ?? '')) === fold(wanted));
}

export function readJson(rawBody: string): Json | undefined {
	try {
		const value: unknown = JSON.parse(rawBody);
		return isJson(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

export interface PatchOperation {
	readonly op: 'add' | 'replace' | 'remove';
	readonly path?: string;
	readonly value?: unknown;
}

/** The operations of a PATCH. Names of operations ignore case, because large vendors send `Replace`. */
export function readPatch(rawBody: string): readonly PatchOperation[] | undefined {
	const operations = readJson(rawBody)?.['Operations'];
	if (!Array.isArray(operations)) return undefined;
	const read = operations.map((operation: unknown): PatchOperation | undefined => {
		if (!isJson(operation)) return undefined;
		const op = String(operation['op']).toLowerCase();
		if (op !== 'add' && op !== 'replace' && op !== 'remove') return undefined;
		const { path, value } = operation;
		return { op, value, ...(typeof path === 'string' ? { path } : {}) };
	});
	return read.every((operation) => operation !== undefined) ? read : undefined;
}

export function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
