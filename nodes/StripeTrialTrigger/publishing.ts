import type { IHookFunctions } from 'n8n-workflow';
import { Failure } from '../../services/failure.ts';
import { toNodeError } from '../../services/n8n/node-error.ts';
import {
	forgetUrl,
	holdEndpoint,
	isEndpointInOrder,
	leaveEndpoint,
	noteUrl,
	notedUrl,
} from './endpoint.ts';
import { takeLeave } from './enrolment.ts';
import { messageOf, toFailure } from './failures.ts';
import { closeTestEndpoint, openTestEndpoint, testUrl } from './listening.ts';
import { addressOf, connect } from './n8n.ts';

/** What n8n asks of a webhook trigger when a workflow is published, unpublished or tried in the editor. */

export async function wouldReceive(context: IHookFunctions): Promise<boolean> {
	return await explained(context, async () => {
		if (isListening(context)) return false;
		const { consumer, credential } = await connect(context);
		const url = urlOf(context);
		const address = addressOf(context, credential, url);
		const isNoted = (await notedUrl(consumer)) === url;
		return isNoted && (await isEndpointInOrder(consumer, address));
	});
}

export async function publish(context: IHookFunctions): Promise<boolean> {
	return await explained(context, async () => {
		const { consumer, credential } = await connect(context);
		const url = urlOf(context);
		const address = addressOf(context, credential, url);
		if (isListening(context)) {
			await openTestEndpoint(consumer, address);
		} else {
			await holdEndpoint(consumer, address);
			await noteUrl(consumer, url);
		}
		return true;
	});
}

/** A refusal of Stripe must not keep a workflow published: the next trigger finds and removes what was left. */
export async function unpublish(context: IHookFunctions): Promise<boolean> {
	const { consumer } = await connect(context);
	try {
		if ((await testUrl(consumer)) === urlOf(context)) {
			await closeTestEndpoint(consumer);
		} else {
			await takeLeave(consumer);
			await forgetUrl(consumer);
			await leaveEndpoint(consumer);
		}
		return true;
	} catch (error) {
		consumer.log(`The endpoint at Stripe may still be there: ${messageOf(error)}`);
		return false;
	}
}

/** "Listen for test event" in the editor. */
function isListening(context: IHookFunctions): boolean {
	return context.getActivationMode() === 'manual';
}

function urlOf(context: IHookFunctions): string {
	return context.getNodeWebhookUrl('default') ?? '';
}

async function explained<T>(context: IHookFunctions, work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw toNodeError(context.getNode(), withAdvice(toFailure(error)));
	}
}

/** Both have one way out that needs neither. */
function withAdvice(failure: Failure): Failure {
	const { details, message } = failure;
	if (details.code === 'url_invalid') {
		return new Failure(message, {
			...details,
			hint: 'Stripe sends only to public addresses. Set WEBHOOK_URL to the public address of this n8n, or switch on "Polling Only".',
		});
	}
	if (details.httpCode === 403) {
		return new Failure(message, {
			...details,
			hint: 'Give the restricted key write access to webhook endpoints, or switch on "Polling Only".',
		});
	}
	return failure;
}
