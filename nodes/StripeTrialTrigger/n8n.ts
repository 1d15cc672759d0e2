import type { IHookFunctions, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';
import { Failure } from '../../services/failure.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { connectStripe, modeOfKey, type StripeCredential } from '../../services/stripe/client.ts';
import type { Consumer } from './consumer.ts';
import type { Address } from './endpoint.ts';
import { readSettings } from './settings.ts';

export type TriggerContext = ITriggerFunctions | IWebhookFunctions | IHookFunctions;

/** The trigger's fields of the credential `stripeTrialApi`. */
export interface TriggerCredential extends StripeCredential {
	readonly webhookSecret?: string;
}

export interface Connected {
	readonly consumer: Consumer;
	readonly credential: TriggerCredential;
}

export async function connect(
	context: TriggerContext,
	report: (failure: Failure) => void = () => {},
): Promise<Connected> {
	const settings = readSettings(context);
	const credential = await context.getCredentials<TriggerCredential>('stripeTrialApi');
	const mode = modeOfKey(credential);
	if (mode === 'live' && settings.isTestModeOnly) {
		throw new Failure('This trigger is set to test mode only, and the key is a live one', {
			code: 'live_key_in_test',
			hint: 'Choose a credential with a test key, or switch off "Test Mode Only".',
		});
	}
	const partition = { workspace: settings.workspace, mode };
	const node = context.getNode();
	const consumer: Consumer = {
		id: `${context.getWorkflow().id}/${node.id}`,
		settings,
		partition,
		store: (await openNodeStore(context)).partition(partition),
		stripe: await connectStripe(context, credential),
		timeZone: context.getTimezone(),
		now: () => new Date(),
		log: (message) => context.logger.warn(`${node.name}: ${message}`),
		report,
	};
	return { consumer, credential };
}

/** Where Stripe is to send, and whose the endpoint is. */
export function addressOf(
	context: TriggerContext,
	{ webhookSecret }: TriggerCredential,
	url: string,
): Address {
	const workspace = String(context.getNodeParameter('workspace', 'default'));
	return {
		url,
		owner: `${context.getInstanceId().slice(0, 16)}/${workspace}`,
		ownSecret: webhookSecret || null,
	};
}
