import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { askAnew } from '../../services/ask.ts';
import { isEmpty } from '../../services/n8n/inbox/drain.ts';
import { keepExample } from './example.ts';
import { messageOf } from './failures.ts';
import { connect } from './n8n.ts';
import { readNews } from './news.ts';
import { outputsOf } from './reader.ts';
import { checkDelivery, takeIn } from './receive.ts';

/**
 * Answers a notification of Intercom. A published trigger only puts it into the inbox and starts no execution: it
 * is durable before Intercom hears 200, and whatever cannot be kept is sent again. In the editor it starts the flow.
 */
export async function answerIntercom(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	// Before it accepts an address, the Developer Hub asks whether anybody is there:
	// https://developers.intercom.com/docs/webhooks/setting-up-webhooks
	if (context.getWebhookName() === 'setup') return reply(context, 200, 'Here I am');
	try {
		const { consumer, clientSecret } = await connect(context);
		const { rawBody } = context.getRequestObject();
		const signature = context.getHeaderData()['x-hub-signature'];
		const { notification, answer } = checkDelivery(
			rawBody,
			typeof signature === 'string' ? signature : undefined,
			clientSecret,
		);
		if (answer) return reply(context, answer.status, answer.message);
		if (context.getMode() !== 'manual') {
			const { status, message } = await takeIn(consumer, notification);
			return reply(context, status, message);
		}
		const asking = { ask: askAnew, askedAt: consumer.now };
		const example = outputsOf(consumer, [await readNews(consumer, [notification], asking)]);
		if (isEmpty(example)) {
			return reply(context, 200, 'Nothing that was chosen follows from this notification');
		}
		await keepExample(consumer, example);
		return { workflowData: example };
	} catch (error) {
		context.logger.error(`A notification could not be taken in: ${messageOf(error)}`);
		return reply(context, 503, 'The notification could not be taken in, please send it again');
	}
}

function reply(context: IWebhookFunctions, status: number, message: string): IWebhookResponseData {
	context.getResponseObject().status(status).json({ message });
	return { noWebhookResponse: true };
}
