import { controlRoutes } from '../kernel/control.ts';
import {
	createStandIn,
	type Reply,
	type Route,
	type StandIn,
	type StandInRequest,
} from '../kernel/http.ts';
import { boardRoutes } from './boards.ts';
import { acmeControlRoutes } from './control.ts';
import { refuseWrongSignature, refuseWrongToken } from './door.ts';
import { createInstances, type Instance } from './instances.ts';
import { createMilestoneReporter } from './milestones.ts';
import { problem } from './problem.ts';
import { provisioningRoutes } from './provisioning.ts';
import { createScim } from './scim/index.ts';
import { scimError } from './scim/messages.ts';
import { acmeSigningSecret, acmeToken, scimToken } from '../secrets.ts';

export interface AcmeOptions {
	readonly token?: string;
	readonly scimToken?: string;
	/** `whsec_<base64>`: provisioning requests must be signed with it, and milestone reports are. */
	readonly signingSecret?: string;
	/** How long an instance takes to become ready. */
	readonly readyAfterMs?: number;
	/** Where milestones are reported to; nowhere by default. */
	readonly milestoneUrl?: string;
	readonly retryDelaysMs?: readonly number[];
	/** The time in which an account lives, for everything that is recorded or shown. */
	readonly timeOf?: (accountId: string) => Date;
}

const scimUnauthorized = scimError(401, 'The bearer token is missing or wrong');
const READY_AFTER_MS = 3_000;
const RETRY_DELAYS_MS = [1_000, 5_000, 30_000, 120_000, 600_000];

/**
 * Acme Boards: a small product that implements docs/provisioning-api.yaml and SCIM 2.0.
 * Beside the common control routes it has `PUT /_control/behaviour`, `PUT /_control/milestone-url` and
 * `POST /_control/instances/:accountId/milestones`.
 */
export function createAcmeStandIn(options: AcmeOptions = {}): StandIn {
	const {
		token = acmeToken,
		signingSecret = acmeSigningSecret,
		readyAfterMs = READY_AFTER_MS,
		retryDelaysMs = RETRY_DELAYS_MS,
		timeOf = () => new Date(),
	} = options;
	let baseUrl = '';
	const urlOf = (instance: Instance) => `${baseUrl}/boards/${instance.slug}`;
	const requestsByKey = new Map<string, string>();
	const instances = createInstances({ behaviour: { readyAfterMs, outcome: 'ready' }, timeOf });
	const reporter = createMilestoneReporter({
		url: options.milestoneUrl,
		signingSecret,
		retryDelaysMs,
	});
	const scim = createScim({ instances, urlOf });

	function reachMilestone(accountId: string, name: string) {
		const milestone = instances.reachMilestone(accountId, name);
		if (milestone) reporter.report(accountId, milestone.name, milestone.at);
	}

	function refuse(request: StandInRequest): Reply | undefined {
		if (isScim(request)) {
			return refuseWrongToken(request, options.scimToken ?? scimToken) && scimUnauthorized;
		}
		if (!isProvisioning(request)) return undefined;
		const wrongToken = refuseWrongToken(request, token);
		if (wrongToken || request.method === 'GET') return wrongToken;
		return refuseWrongSignature(request, signingSecret);
	}

	const routes: Route[] = [
		...provisioningRoutes({ instances, urlOf, requestsByKey }),
		...scim.routes,
		...boardRoutes({ instances, timeOf, reachMilestone }),
		...acmeControlRoutes({ instances, reporter, reachMilestone }),
		...controlRoutes({
			standIn: () => standIn,
			state: () => ({
				instances: instances.all().map((instance) => ({ ...instance, url: urlOf(instance) })),
				deliveries: reporter.deliveries(),
			}),
			reset: () => {
				instances.clear();
				reporter.clear();
				scim.clear();
				requestsByKey.clear();
			},
		}),
	];

	const standIn = createStandIn({
		name: 'Acme Boards',
		routes,
		errorReply: problem,
		before: refuse,
	});

	return {
		...standIn,
		listen: async (port) => (baseUrl = await standIn.listen(port)),
		close: async () => {
			reporter.clear();
			await standIn.close();
		},
	};
}

function isScim({ path }: StandInRequest): boolean {
	return path.startsWith('/scim/');
}

function isProvisioning({ path }: StandInRequest): boolean {
	return path === '/health' || path.startsWith('/instances/');
}
