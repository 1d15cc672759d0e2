import {
	filteredReply,
	isJson,
	notFound,
	readJson,
	readPatch,
	resource,
	scimError,
	type Json,
} from './messages.ts';
import type { AccessLevel, Instance, Instances } from '../instances.ts';
import type { Groups } from './groups.ts';
import type { Reply, Route, StandInRequest } from '../../kernel/http.ts';

/** What a SCIM client may say about a user; everything else that it sends is ignored, as is usual. */
interface UserAttributes {
	readonly userName?: string;
	readonly externalId?: string;
	readonly name?: string;
	readonly active?: boolean;
}

/** A SCIM user is the owner of an instance: `externalId` is the account id, not `active` is suspended. */
export function userRoutes(options: {
	readonly instances: Instances;
	readonly urlOf: (instance: Instance) => string;
	readonly groups: () => Groups;
}): Route[] {
	const { instances } = options;

	const toResource = (instance: Instance): Json => {
		const { email, name } = instance.profile;
		return {
			schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
			id: instance.id,
			externalId: instance.accountId,
			userName: email,
			...(name === undefined ? {} : { displayName: name, name: { formatted: name } }),
			emails: [{ value: email, type: 'work', primary: true }],
			active: instance.access.level !== 'suspended',
			...(instance.status === 'ready' ? { profileUrl: options.urlOf(instance) } : {}),
			groups: options
				.groups()
				.ofMember(instance.id)
				.map(({ id, displayName }) => ({ value: id, display: displayName })),
			meta: {
				resourceType: 'User',
				created: instance.history[0]?.at,
				lastModified: instance.updatedAt,
				location: `/scim/v2/Users/${instance.id}`,
			},
		};
	};

	function withUser(request: StandInRequest, handle: (instance: Instance) => Reply): Reply {
		const id = request.params['id'] ?? '';
		const instance = instances.findById(id);
		return instance && instance.status !== 'revoked' ? handle(instance) : notFound(id);
	}

	function create({ rawBody }: StandInRequest): Reply {
		const attributes = readAttributes(readJson(rawBody) ?? {});
		const { userName } = attributes;
		if (userName === undefined) return scimError(400, 'userName is required', 'invalidValue');
		const accountId = attributes.externalId ?? userName;
		if (instances.find(accountId)) {
			return scimError(409, `A user of account ${accountId} already exists`, 'uniqueness');
		}
		const level = attributes.active === false ? 'suspended' : 'full';
		const made = instances.provision(accountId, profileOf(userName, attributes.name), level);
		return made
			? resource(toResource(made.instance), 201)
			: scimError(409, 'Revoked', 'uniqueness');
	}

	function change(instance: Instance, attributes: UserAttributes): Reply {
		const { externalId = instance.accountId } = attributes;
		if (externalId !== instance.accountId) {
			return scimError(400, 'externalId cannot be changed', 'invalidValue');
		}
		const userName = attributes.userName ?? instance.profile.email;
		const profile = {
			...instance.profile,
			...profileOf(userName, attributes.name ?? instance.profile.name),
		};
		instances.provision(instance.accountId, profile, instance.access.level as AccessLevel);
		if (attributes.active !== undefined) {
			applyLevel(instances, options.groups(), instance, attributes.active);
		}
		return resource(toResource(instances.find(instance.accountId) ?? instance));
	}

	return [
		{
			method: 'GET',
			path: '/scim/v2/Users',
			handle: (request) => {
				const users = instances.all().filter(({ status }) => status !== 'revoked');
				return filteredReply(request, users.map(toResource), ['userName', 'externalId']);
			},
		},
		{ method: 'POST', path: '/scim/v2/Users', handle: create },
		{
			method: 'GET',
			path: '/scim/v2/Users/:id',
			handle: (request) => withUser(request, (instance) => resource(toResource(instance))),
		},
		{
			method: 'PUT',
			path: '/scim/v2/Users/:id',
			handle: (request) =>
				withUser(request, (instance) => {
					const body = readJson(request.rawBody);
					if (!body) return scimError(400, 'JSON expected', 'invalidSyntax');
					return change(instance, { active: true, ...readAttributes(body) });
				}),
		},
		{
			method: 'PATCH',
			path: '/scim/v2/Users/:id',
			handle: (request) =>
				withUser(request, (instance) => {
					const operations = readPatch(request.rawBody);
					if (!operations) return scimError(400, 'Operations expected', 'invalidSyntax');
					const body = operations.reduce<Json>(
						(sum, { path, value }) => ({
							...sum,
							...(path === undefined ? (isJson(value) ? value : {}) : { [path]: value }),
						}),
						{},
					);
					return change(instance, readAttributes(body));
				}),
		},
		{
			method: 'DELETE',
			path: '/scim/v2/Users/:id',
			handle: (request) =>
				withUser(request, (instance) => {
					instances.revoke(instance.accountId);
					return { status: 204 };
				}),
		},
	];
}

/** Not active is suspended; active is what the groups say: one named after a level gives it to its members. */
export function applyLevel(
	instances: Instances,
	groups: Groups,
	instance: Instance,
	isActive: boolean,
) {
	const names = groups.ofMember(instance.id).map(({ displayName }) => displayName);
	const byGroup = (['read_only', 'grace'] as const).find((level) => names.includes(level));
	const level = isActive ? (byGroup ?? 'full') : 'suspended';
	if (level !== instance.access.level) instances.setAccess(instance.accountId, { level });
}

function profileOf(email: string, name: string | undefined) {
	return { email, ...(name === undefined ? {} : { name }) };
}

function readAttributes(body: Json): UserAttributes {
	const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
	const parts = isJson(body['name']) ? body['name'] : {};
	const composed = [parts['givenName'], parts['familyName']].filter(Boolean).join(' ');
	const attributes = {
		userName: text(body['userName']),
		externalId: text(body['externalId']),
		name:
			text(body['displayName']) ??
			text(parts['formatted']) ??
			text(body['name.formatted']) ??
			text(composed),
		active: toBoolean(body['active']),
	};
	return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** Some vendors send booleans as the text "True" or "False". */
function toBoolean(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	if (typeof value !== 'string') return undefined;
	return value.toLowerCase() === 'true';
}
