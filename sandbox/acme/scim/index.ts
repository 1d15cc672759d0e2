import { createGroups, type Groups } from './groups.ts';
import { applyLevel, userRoutes } from './users.ts';
import { listReply, resource, type Json } from './messages.ts';
import type { Instance, Instances } from '../instances.ts';
import type { Route } from '../../kernel/http.ts';

/** The SCIM 2.0 face of the product (RFC 7643, RFC 7644): users, groups and what a client asks first. */
export function createScim(options: {
	readonly instances: Instances;
	readonly urlOf: (instance: Instance) => string;
}): { readonly routes: readonly Route[]; clear(): void } {
	const { instances } = options;
	const groups: Groups = createGroups((userIds) => {
		for (const id of userIds) {
			const instance = instances.findById(id);
			if (!instance || instance.status === 'revoked') continue;
			applyLevel(instances, groups, instance, instance.access.level !== 'suspended');
		}
	});
	return {
		routes: [
			{
				method: 'GET',
				path: '/scim/v2/ServiceProviderConfig',
				handle: () => resource(serviceProviderConfig),
			},
			{
				method: 'GET',
				path: '/scim/v2/ResourceTypes',
				handle: (request) => listReply(request, resourceTypes),
			},
			...userRoutes({ ...options, groups: () => groups }),
			...groups.routes,
		],
		clear: groups.clear,
	};
}

const serviceProviderConfig: Json = {
	schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
	patch: { supported: true },
	bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
	filter: { supported: true, maxResults: 1000 },
	changePassword: { supported: false },
	sort: { supported: false },
	etag: { supported: false },
	authenticationSchemes: [
		{
			type: 'oauthbearertoken',
			name: 'Bearer token',
			description: 'A fixed token in the Authorization header',
			primary: true,
		},
	],
	meta: { resourceType: 'ServiceProviderConfig', location: '/scim/v2/ServiceProviderConfig' },
};

const resourceTypes: readonly Json[] = ['User', 'Group'].map((name) => ({
	schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
	id: name,
	name,
	endpoint: `/${name}s`,
	schema: `urn:ietf:params:scim:schemas:core:2.0:${name}`,
	meta: { resourceType: 'ResourceType', location: `/scim/v2/ResourceTypes/${name}` },
}));
