import { randomUUID } from 'node:crypto';
import {
	filteredReply,
	isJson,
	notFound,
	readJson,
	readPatch,
	resource,
	scimError,
	type Json,
	type PatchOperation,
} from './messages.ts';
import type { Reply, Route, StandInRequest } from '../../kernel/http.ts';

export interface Group {
	readonly id: string;
	readonly displayName: string;
	readonly memberIds: readonly string[];
}

export interface Groups {
	readonly routes: readonly Route[];
	ofMember(userId: string): readonly Group[];
	clear(): void;
}

/** SCIM groups. `onMembersChange` hears of every user whose membership may have changed. */
export function createGroups(onMembersChange: (userIds: readonly string[]) => void): Groups {
	const groups = new Map<string, Group>();

	function save(group: Group): Group {
		const before = groups.get(group.id)?.memberIds ?? [];
		groups.set(group.id, group);
		onMembersChange([...new Set([...before, ...group.memberIds])]);
		return group;
	}

	function withGroup(request: StandInRequest, handle: (group: Group) => Reply): Reply {
		const id = request.params['id'] ?? '';
		const group = groups.get(id);
		return group ? handle(group) : notFound(id);
	}

	function create({ rawBody }: StandInRequest): Reply {
		const body = readJson(rawBody);
		if (typeof body?.['displayName'] !== 'string') {
			return scimError(400, 'displayName is required', 'invalidValue');
		}
		const { displayName } = body;
		if ([...groups.values()].some((group) => group.displayName === displayName)) {
			return scimError(409, `Group ${displayName} already exists`, 'uniqueness');
		}
		const memberIds = memberIdsIn(body['members']);
		return resource(toResource(save({ id: randomUUID(), displayName, memberIds })), 201);
	}

	function patch(request: StandInRequest): Reply {
		return withGroup(request, (group) => {
			const operations = readPatch(request.rawBody);
			if (!operations) return scimError(400, 'Operations expected', 'invalidSyntax');
			const patched = operations.reduce<Group | undefined>(
				(sum, operation) => sum && patchGroup(sum, operation),
				group,
			);
			if (!patched) return scimError(400, 'This path cannot be changed', 'invalidPath');
			return resource(toResource(save(patched)));
		});
	}

	return {
		routes: [
			{
				method: 'GET',
				path: '/scim/v2/Groups',
				handle: (request) =>
					filteredReply(request, [...groups.values()].map(toResource), ['displayName']),
			},
			{ method: 'POST', path: '/scim/v2/Groups', handle: create },
			{
				method: 'GET',
				path: '/scim/v2/Groups/:id',
				handle: (request) => withGroup(request, (group) => resource(toResource(group))),
			},
			{
				method: 'PUT',
				path: '/scim/v2/Groups/:id',
				handle: (request) =>
					withGroup(request, (group) => {
						const body = readJson(request.rawBody);
						if (!body) return scimError(400, 'JSON expected', 'invalidSyntax');
						const displayName = String(body['displayName'] ?? group.displayName);
						const memberIds = memberIdsIn(body['members']);
						return resource(toResource(save({ ...group, displayName, memberIds })));
					}),
			},
			{ method: 'PATCH', path: '/scim/v2/Groups/:id', handle: patch },
			{
				method: 'DELETE',
				path: '/scim/v2/Groups/:id',
				handle: (request) =>
					withGroup(request, (group) => {
						groups.delete(group.id);
						onMembersChange(group.memberIds);
						return { status: 204 };
					}),
			},
		],
		ofMember: (userId) => [...groups.values()].filter((group) => group.memberIds.includes(userId)),
		clear: () => groups.clear(),
	};
}

function patchGroup(group: Group, { op, path, value }: PatchOperation): Group | undefined {
	if (path === undefined && isJson(value)) {
		return Object.entries(value).reduce<Group | undefined>(
			(sum, [name, part]) => sum && patchGroup(sum, { op, path: name, value: part }),
			group,
		);
	}
	if (path === 'displayName') return { ...group, displayName: String(value) };
	const selected = /^members\[value eq "([^"]+)"\]$/.exec(path ?? '')?.[1];
	if (path !== 'members' && selected === undefined) return undefined;
	const ids = selected === undefined ? memberIdsIn(value) : [selected];
	switch (op) {
		case 'add':
			return { ...group, memberIds: [...new Set([...group.memberIds, ...ids])] };
		case 'replace':
			return { ...group, memberIds: ids };
		case 'remove': {
			const isEmptied = selected === undefined && value === undefined;
			const memberIds = group.memberIds.filter((id) => !isEmptied && !ids.includes(id));
			return { ...group, memberIds };
		}
	}
}

function memberIdsIn(members: unknown): readonly string[] {
	const list: readonly unknown[] = Array.isArray(members) ? members : [members];
	return [...new Set(list.filter(isJson).map((member) => String(member['value'])))];
}

function toResource({ id, displayName, memberIds }: Group): Json {
	return {
		schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
		id,
		displayName,
		members: memberIds.map((value) => ({ value, type: 'User' })),
		meta: { resourceType: 'Group', location: `/scim/v2/Groups/${id}` },
	};
}
