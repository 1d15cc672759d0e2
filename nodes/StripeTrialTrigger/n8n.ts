import {
	NodeOperationError,
	type IHookFunctions,
	type INode,
	type IRun,
	type ITriggerFunctions,
	type IWebhookFunctions,
} from 'n8n-workflow';
import { Failure } from '../../services/failure.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { connectStripe, modeOfKey, type StripeCredential } from '../../services/stripe/client.ts';
import type { Consumer } from './consumer.ts';
import type { Address } from './endpoint.ts';
import type { Outcome } from './drain.ts';
import { messageOf } from './failures.ts';
import type { Outputs } from './items.ts';
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

/** One execution with all items; resolves when it has ended. */
export async function emitAndWait(
	context: ITriggerFunctions,
	outputs: Outputs,
	key: string,
): Promise<Outcome> {
	const done = context.helpers.createDeferredPromise<IRun | undefined>();
	context.emit(outputs, undefined, done as Parameters<typeof context.emit>[2], key);
	return await done.promise.then(outcomeOf, (error: unknown): Outcome => {
		if (!isRefusedByEngine2(error)) return { kind: 'failed', error: messageOf(error) };
		// n8n's Engine 2.0 tells nobody how a run ends, so handing it over is all that can be done.
		context.emit(outputs, undefined, undefined, key);
		return { kind: 'done' };
	});
}

function outcomeOf(run: IRun | undefined): Outcome {
	if (!run) return { kind: 'taken' };
	switch (run.status) {
		case 'error':
		case 'crashed':
		case 'canceled':
			return { kind: 'failed', error: wordsFor(run) };
		default:
			return { kind: 'done' };
	}
}

/** Where it stopped; why may hold somebody's data, and the execution itself shows it. */
function wordsFor({ status, data }: IRun): string {
	const node = data.resultData.lastNodeExecuted;
	const at = node === undefined ? '' : ` at "${node}"`;
	return status === 'canceled' ? `The execution was stopped${at}` : `The execution failed${at}`;
}

function isRefusedByEngine2(error: unknown): boolean {
	return error instanceof Error && error.message.includes('Engine 2.0');
}

/** n8n's own kind of error: what went wrong, and below it what to do. */
export function toNodeError(node: INode, failure: Failure): NodeOperationError {
	const { hint, requestId, cause } = failure.details;
	const description = [hint, requestId && `Request id: ${requestId}`].filter(Boolean).join(' ');
	return new NodeOperationError(node, cause ?? failure.message, {
		message: failure.message,
		description,
	});
}
