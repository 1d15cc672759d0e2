import type { Intercom, IntercomClient } from 'intercom-client';
import { sleep } from 'n8n-workflow';
import { toHtml } from '../../lifecycle/message-html.ts';
import { statusOf } from './explain.ts';

export type MessageContent =
	| {
			readonly type: 'email';
			readonly subject: string;
			readonly body: string;
			readonly template: 'plain' | 'personal';
	  }
	| { readonly type: 'inapp'; readonly body: string };

export interface MessageOrder {
	readonly content: MessageContent;
	/** The teammate whom the message comes from. */
	readonly adminId: number;
	readonly to: { readonly id: string; readonly role: 'user' | 'lead' };
}

/** A contact made seconds ago is unknown to the messages API for a while; the vendor names no bound. */
const DELAYS_AFTER_404_MS = [500, 1000, 2000, 4000, 8000];

/** Sends one message. Sent at most once per call: only refusals that had no effect are tried again. */
export async function sendMessage(
	intercom: IntercomClient,
	order: MessageOrder,
	options: { readonly sleep?: (ms: number) => Promise<void> } = {},
): Promise<Intercom.Message> {
	const { sleep: wait = sleep } = options;
	for (const delay of DELAYS_AFTER_404_MS) {
		try {
			return await intercom.messages.create(toRequest(order));
		} catch (error) {
			if (statusOf(error) !== 404) throw error;
			await wait(delay);
		}
	}
	return await intercom.messages.create(toRequest(order));
}

/** https://developers.intercom.com/docs/references/rest-api/api.intercom.io/messages/createmessage */
function toRequest({ content, adminId, to }: MessageOrder): Intercom.CreateMessageRequest {
	const body = toHtml(content.body);
	const parties = {
		from: { type: 'admin' as const, id: adminId },
		to: { type: to.role, id: to.id },
	};
	return content.type === 'inapp'
		? { message_type: 'inapp', body, ...parties }
		: {
				message_type: 'email',
				subject: content.subject,
				body,
				template: content.template,
				...parties,
			};
}
