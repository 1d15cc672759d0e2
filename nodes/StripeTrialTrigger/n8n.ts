import type { IHookFunctions, ITriggerFunctions, IWebhookFunctions } from 'n8n-workflow';
import { Failure } from '../../services/failure.ts';
import { credentialMemory, type CredentialMemory } from '../../services/n8n/credential-memory.ts';
import { sharedReadsOf } from '../../services/n8n/inbox/shared-reads.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { connectStripe, modeOfKey, type StripeCredential } from '../../services/stripe/client.ts';
import type { Consumer, Receiver } from './consumer.ts';
import type { Address } from './endpoint.ts';
import { sealOf } from './kept-endpoint.ts';
import { readSettings } from './settings.ts';

const CREDENTIAL = 'stripeTrialApi';

export type TriggerContext = ITriggerFunctions | IWebhookFunctions | IHookFunctions;

/** The trigger's fields of the credential `stripeTrialApi`. */
export interface TriggerCredential extends StripeCredential {
	readonly webhookSecret?: string;
}

export interface Connected {
	readonly consumer: Consumer;
	readonly credential: TriggerCredential;
	readonly memory: CredentialMemory<TriggerCredential>;
}

/** With the credential as it is now. */
export async function connect(
	context: TriggerContext,
	report: (failure: Failure) => void = () => {},
): Promise<Connected> {
	credentialMemory(context, CREDENTIAL).forget();
	const { receiver, credential, memory } = await connectReceiver(context, report);
	const stripe = await connectStripe(context, credential, memory);
	const { store, now } = receiver;
	const reads = sharedReadsOf(store.inbox, credential, now);
	return { consumer: { ...receiver, stripe, reads }, credential, memory };
}

export interface ConnectedReceiver {
	readonly receiver: Receiver;
	/** As it was a moment ago: deliveries come many times a second. */
	readonly credential: TriggerCredential;
	readonly memory: CredentialMemory<TriggerCredential>;
}

export async function connectReceiver(
	context: TriggerContext,
	report: (failure: Failure) => void = () => {},
): Promise<ConnectedReceiver> {
	const settings = readSettings(context);
	const memory = credentialMemory<TriggerCredential>(context, CREDENTIAL);
	const credential = await memory.recall();
	const mode = modeOfKey(credential);
	if (mode === 'live' && settings.isTestModeOnly) {
		throw new Failure('This trigger is set to test mode only, and the key is a live one', {
			code: 'live_key_in_test',
			hint: 'Choose a credential with a test key, or switch off "Test Mode Only".',
		});
	}
	const partition = { workspace: settings.workspace, mode };
	const node = context.getNode();
	const receiver: Receiver = {
		id: `${context.getWorkflow().id}/${node.id}`,
		settings,
		partition,
		store: (await openNodeStore(context)).partition(partition),
		timeZone: context.getTimezone(),
		now: () => new Date(),
		log: (message) => context.logger.warn(`${node.name}: ${message}`),
		report,
	};
	return { receiver, credential, memory };
}

/** Where Stripe is to send, and whose the endpoint is. */
export function addressOf(
	context: TriggerContext,
	credential: TriggerCredential,
	url: string,
): Address {
	const workspace = String(context.getNodeParameter('workspace', 'default'));
	return {
		url,
		owner: `${context.getInstanceId().slice(0, 16)}/${workspace}`,
		ownSecret: credential.webhookSecret || null,
		seal: sealOf(credential),
	};
}
