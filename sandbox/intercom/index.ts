import { controlRoutes } from '../kernel/control.ts';
import { createStandIn, type StandIn } from '../kernel/http.ts';
import { intercomClientSecret } from '../secrets.ts';
import { plainErrorReply } from './api/failure.ts';
import { createGate } from './api/gate.ts';
import { TOKENS, type Region } from './api/regions.ts';
import { intercomControlRoutes } from './control.ts';
import { adminRoutes } from './resources/admins.ts';
import { companyRoutes } from './resources/companies.ts';
import { contactRoutes } from './resources/contacts.ts';
import { conversationRoutes } from './resources/conversations.ts';
import { dataAttributeRoutes } from './resources/data-attributes.ts';
import { eventRoutes } from './resources/events.ts';
import { mergingRoutes } from './resources/merging.ts';
import { messageRoutes } from './resources/messages.ts';
import { noteRoutes } from './resources/notes.ts';
import { subscriptionRoutes } from './resources/subscriptions.ts';
import { tagRoutes } from './resources/tags.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { seedWorkspace } from './state/seed.ts';
import { workspaceState } from './state/snapshot.ts';
import { createWorkspace } from './state/workspace.ts';
import { createDeliveries } from './webhooks/deliveries.ts';

export interface IntercomOptions {
	/** Which of the three hosts this is; each has a token of its own and refuses the others'. */
	readonly region?: Region;
	readonly token?: string;
	readonly clientSecret?: string;
	readonly settings?: Partial<Settings>;
	/** The time in which a contact lives, by its external id; without one, the workspace's own. */
	readonly now?: (externalId?: string) => Date;
}

export { TOKENS as intercomTokens } from './api/regions.ts';

/**
 * Intercom's REST API 2.14 to 2.16, one workspace. Beside the common control routes it has
 * `PUT /_control/settings`, `PUT /_control/webhook`, `POST /_control/deliveries/:id/repeat`, `POST /_control/visitors`,
 * `POST /_control/contacts/:who/{unsubscribe,resubscribe,spam,bounce,reply}`, `GET /_control/contacts/:who/messages`
 * and `POST /_control/messages/:id/{open,click}`; `:who` is an Intercom id, an external id or an e-mail.
 */
export function createIntercomStandIn(options: IntercomOptions = {}): StandIn {
	const { region = 'us', clientSecret = intercomClientSecret, now = () => new Date() } = options;
	const initialSettings = { ...DEFAULT_SETTINGS, ...options.settings };
	const settings = { ...initialSettings };
	const deliveries = createDeliveries({ appId: `acme_${region}`, clientSecret, settings });
	const workspace = createWorkspace({ region, settings, now, notify: deliveries.notify });
	const gate = createGate(options.token ?? TOKENS[region], settings);
	seedWorkspace(workspace);

	const standIn = createStandIn({
		name: 'Intercom',
		routes: [
			...adminRoutes(workspace),
			...contactRoutes(workspace),
			...messageRoutes(workspace),
			...conversationRoutes(workspace),
			...mergingRoutes(workspace),
			...tagRoutes(workspace),
			...noteRoutes(workspace),
			...companyRoutes(workspace),
			...eventRoutes(workspace),
			...dataAttributeRoutes(workspace),
			...subscriptionRoutes(workspace),
			...intercomControlRoutes({ workspace, deliveries }),
			...controlRoutes({
				standIn: () => standIn,
				state: () => ({
					...workspaceState(workspace),
					webhook: deliveries.subscription() ?? null,
					deliveries: deliveries.all(),
					requests: gate.visits(),
				}),
				reset: () => {
					Object.assign(settings, initialSettings);
					workspace.clear();
					deliveries.clear();
					gate.clear();
					seedWorkspace(workspace);
				},
			}),
		],
		// Injected faults come from behind the token, so they carry the rate headers too.
		errorReply: (status, message) => ({
			...plainErrorReply(status, message),
			headers: gate.rateHeaders(),
		}),
		before: gate.refuse,
		after: (request, _route, reply) => gate.leave(request, reply),
	});

	return {
		...standIn,
		close: async () => {
			deliveries.clear();
			await standIn.close();
		},
	};
}
