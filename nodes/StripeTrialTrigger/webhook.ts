import type Stripe from 'stripe';
import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import type { Receiver } from './consumer.ts';
import { knownEndpoint } from './endpoint.ts';
import { messageOf } from './failures.ts';
import { sealOf } from './kept-endpoint.ts';
import { exampleOf, testEndpoint } from './listening.ts';
import { connect, connectReceiver, type TriggerCredential } from './n8n.ts';
import { checkDelivery, takeIn } from './receive.ts';

/**
 * Answers a delivery of Stripe. A published trigger only puts it into the inbox and starts no execution: it is
 * durable before Stripe hears 200, and whatever cannot be kept is sent again. In the editor it starts the flow.
 */
export async function answerStripe(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const { receiver, credential, memory } = await connectReceiver(context);
		const isTest = context.getMode() === 'manual';
		const request = context.getRequestObject();
		const { event, answer } = await checkDelivery(
			{
				// Unread where the type of the body is not one that Stripe sends.
				body: request.rawBody ?? Buffer.alloc(0),
				signature: signatureOf(context),
				receivedAt: receiver.now(),
			},
			await secretsOf(receiver, credential, isTest),
			{
				mode: receiver.partition.mode,
				connectedAccount: credential.connectedAccount || null,
			},
		);
		if (answer) {
			// Perhaps the secret or the key in the credential is a new one.
			memory.forget();
			return reply(context, answer.status, answer.message);
		}
		if (isTest) return await startFlow(context, event);
		const { status, message } = await takeIn(receiver, event);
		return reply(context, status, message);
	} catch (error) {
		context.logger.error(`An event could not be taken in: ${messageOf(error)}`);
		return reply(context, 503, 'The event could not be taken in, please send it again');
	}
}

async function startFlow(
	context: IWebhookFunctions,
	event: Stripe.Event,
): Promise<IWebhookResponseData> {
	const { consumer } = await connect(context);
	const example = await exampleOf(consumer, [event]);
	return example
		? { workflowData: example }
		: reply(context, 200, 'Nothing that was chosen follows from this event');
}

/** The one that Stripe told us, and the one of an endpoint made by hand. None of them, nothing is accepted. */
async function secretsOf(
	receiver: Receiver,
	credential: TriggerCredential,
	isTest: boolean,
): Promise<string[]> {
	const seal = sealOf(credential);
	const endpoint = isTest
		? await testEndpoint(receiver, seal)
		: await knownEndpoint(receiver.store, seal);
	return [endpoint?.secret, credential.webhookSecret].flatMap((secret) => secret || []);
}

function signatureOf(context: IWebhookFunctions): string | undefined {
	const header = context.getHeaderData()['stripe-signature'];
	return typeof header === 'string' ? header : undefined;
}

function reply(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
