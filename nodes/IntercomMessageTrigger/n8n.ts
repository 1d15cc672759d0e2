import type { IHookFunctions, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';
import { Failure } from '../../services/failure.ts';
import { connectIntercom, type IntercomCredential } from '../../services/intercom/client.ts';
import { sharedReadsOf } from '../../services/n8n/inbox/shared-reads.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import type { Consumer } from './consumer.ts';
import { readSettings } from './settings.ts';

export type TriggerContext = ITriggerFunctions | IWebhookFunctions | IHookFunctions;

export interface Connected {
	readonly consumer: Consumer;
	/** By which Intercom signs. */
	readonly clientSecret: string;
}

/** Refuses to work where nothing could be checked: a forged reply would end a real person's journey. */
export async function connect(
	context: TriggerContext,
	report: (failure: Failure) => void = () => {},
): Promise<Connected> {
	const settings = readSettings(context);
	const credential = await context.getCredentials<IntercomCredential & { clientSecret?: string }>(
		'intercomMessageApi',
	);
	const clientSecret = credential.clientSecret?.trim() ?? '';
	if (clientSecret === '') {
		throw new Failure('The credential has no client secret, so nothing could be trusted', {
			code: 'no_client_secret',
			hint: 'Copy it from Intercom: Developer Hub > your app > Basic information, into "Client Secret" of the Intercom Message credential.',
		});
	}
	const node = context.getNode();
	const store = (await openNodeStore(context)).partition(settings.partition);
	const now = () => new Date();
	const consumer: Consumer = {
		id: `${context.getWorkflow().id}/${node.id}`,
		settings,
		store,
		intercom: await connectIntercom(context, credential),
		reads: sharedReadsOf(store.notifications, credential, now),
		now,
		log: (message) => context.logger.warn(`${node.name}: ${message}`),
		report,
	};
	return { consumer, clientSecret };
}
