import type { ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { emitAndWait } from '../../services/n8n/inbox/emit.ts';
import { toNodeError } from '../../services/n8n/node-error.ts';
import { ownAccountId } from '../../services/stripe/own-account.ts';
import type { Consumer } from './consumer.ts';
import { forgetUrl, leaveEndpoint, notedUrl } from './endpoint.ts';
import { enrol } from './enrolment.ts';
import { toFailure } from './failures.ts';
import { latestExample } from './listening.ts';
import { addressOf, connect } from './n8n.ts';
import { run } from './run.ts';

/** Joins the readers of the inbox and tells the flow what comes in, until n8n stops it. */
export async function start(context: ITriggerFunctions): Promise<ITriggerResponse> {
	try {
		return context.getMode() === 'manual' ? await showExample(context) : await goLive(context);
	} catch (error) {
		throw toNodeError(context.getNode(), toFailure(error));
	}
}

async function goLive(context: ITriggerFunctions): Promise<ITriggerResponse> {
	const node = context.getNode();
	const { consumer, credential, memory } = await connect(context, (failure) =>
		context.saveFailedExecution(toNodeError(node, failure)),
	);
	const webhookUrl = await urlFor(consumer);
	const stripeAccount = credential.connectedAccount || (await ownAccountId(consumer.stripe));
	const join = async (url: string | null) =>
		await enrol(consumer, { stripeAccount, webhookUrl: url });
	await join(webhookUrl);
	const running = run(consumer, {
		emit: async (outputs, key) => await emitAndWait(context, outputs, key),
		address: consumer.settings.isPollingOnly
			? null
			: {
					at: async (url) => addressOf(context, await memory.recall(), url),
					announce: join,
				},
		onDeadCredential: (failure) => context.emitError(toNodeError(node, failure)),
	});
	return { closeFunction: async () => running.stop() };
}

/** Null for a trigger that only polls; what it may have held before it leaves to the others. */
async function urlFor(consumer: Consumer): Promise<string | null> {
	const noted = await notedUrl(consumer);
	if (!consumer.settings.isPollingOnly || noted === null) return noted;
	await forgetUrl(consumer);
	await leaveEndpoint(consumer);
	return null;
}

/** Without an address there is nothing to listen at: the newest example is shown at once. */
async function showExample(context: ITriggerFunctions): Promise<ITriggerResponse> {
	const { consumer } = await connect(context);
	return {
		async manualTriggerFunction() {
			try {
				context.emit(await latestExample(consumer));
			} catch (error) {
				throw toNodeError(context.getNode(), toFailure(error));
			}
		},
	};
}
