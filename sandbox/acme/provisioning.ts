import { accessLevels, type Instance, type Instances } from './instances.ts';
import { email, flatStrings, instant, oneOf, parseBody, text } from './body.ts';
import { problem } from './problem.ts';
import type { Reply, Route, StandInRequest } from '../kernel/http.ts';

const required = { email, access: oneOf(accessLevels) };
const optional = {
	name: text(200),
	plan: text(100),
	trialEndsAt: instant,
	language: text(35),
	metadata: flatStrings,
};

const MAX_ID_LENGTH = 255;

/** The routes of docs/provisioning-api.yaml. Whoever gets here has passed the door. */
export function provisioningRoutes(options: {
	readonly instances: Instances;
	readonly urlOf: (instance: Instance) => string;
	/** Requests by idempotency key, to notice a key that is used for another one. */
	readonly requestsByKey: Map<string, string>;
}): Route[] {
	const { instances, urlOf, requestsByKey } = options;

	const answer = (instance: Instance, status = 200): Reply => ({
		status,
		...(status === 202 ? { headers: { 'retry-after': '1' } } : {}),
		json: toWire(instance, urlOf(instance)),
	});

	function refuseReusedKey({ method, path, headers, rawBody }: StandInRequest): Reply | undefined {
		const key = headers['idempotency-key'];
		if (key === undefined) return undefined;
		const content = `${method} ${path} ${rawBody}`;
		if ((requestsByKey.get(key) ?? content) !== content) {
			return problem(422, 'This Idempotency-Key was used for another request');
		}
		requestsByKey.set(key, content);
		return undefined;
	}

	function provision(request: StandInRequest): Reply {
		const accountId = accountOf(request);
		if (accountId.length > MAX_ID_LENGTH) return problem(422, 'The account id is too long');
		const body = parseBody(request.rawBody, required, optional);
		if ('refusal' in body) return body.refusal;
		const reused = refuseReusedKey(request);
		if (reused) return reused;
		const { access, ...profile } = body.value;
		const result = instances.provision(accountId, profile, access);
		if (!result) return revoked;
		if (result.instance.status !== 'ready') return answer(result.instance, 202);
		return answer(result.instance, result.created ? 201 : 200);
	}

	function onExisting(
		request: StandInRequest,
		handle: (accountId: string, instance: Instance) => Reply,
	): Reply {
		const accountId = accountOf(request);
		const instance = instances.find(accountId);
		return instance
			? handle(accountId, instance)
			: problem(404, `Account ${accountId} has no instance`);
	}

	return [
		{ method: 'GET', path: '/health', handle: () => ({ status: 200, json: { status: 'ok' } }) },
		{ method: 'PUT', path: '/instances/:accountId', handle: provision },
		{
			method: 'GET',
			path: '/instances/:accountId',
			handle: (request) => onExisting(request, (_, instance) => answer(instance)),
		},
		{
			method: 'DELETE',
			path: '/instances/:accountId',
			handle: (request) =>
				onExisting(
					request,
					(accountId) => refuseReusedKey(request) ?? answer(instances.revoke(accountId)),
				),
		},
		{
			method: 'PUT',
			path: '/instances/:accountId/access',
			handle: (request) =>
				onExisting(request, (accountId, instance) => {
					const body = parseBody(
						request.rawBody,
						{ level: oneOf(accessLevels) },
						{ reason: text(200), until: instant },
					);
					if ('refusal' in body) return body.refusal;
					const refused = refuseReusedKey(request);
					if (refused) return refused;
					if (instance.status === 'revoked') return revoked;
					return answer(instances.setAccess(accountId, body.value));
				}),
		},
	];
}

const revoked = problem(409, 'The instance of this account was revoked');

function accountOf(request: StandInRequest): string {
	return request.params['accountId'] ?? '';
}

function toWire(instance: Instance, instanceUrl: string) {
	const reason =
		instance.status === 'failed' ? 'The instance could not be made' : instance.access.reason;
	return {
		accountId: instance.accountId,
		status: instance.status,
		access: instance.access.level,
		instanceUrl,
		plan: instance.profile.plan ?? null,
		...(reason === undefined ? {} : { reason }),
		updatedAt: instance.updatedAt,
	};
}
