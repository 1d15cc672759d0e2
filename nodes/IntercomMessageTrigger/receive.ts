import {
	contactIn,
	readNotification,
	type Notification,
} from '../../services/intercom/notification.ts';
import { isSignedByIntercom } from '../../services/intercom/signature.ts';
import { PING_TOPIC } from '../../services/intercom/topics.ts';
import { wake } from '../../services/n8n/inbox/wake.ts';
import type { IncomingEvent } from '../../services/store/index.ts';
import type { Consumer } from './consumer.ts';

/** What Intercom gets to hear. With anything but 200 it comes again later. */
export interface Answer {
	readonly status: 200 | 400 | 401;
	readonly message: string;
}

export type Receipt =
	| { readonly notification: Notification; readonly answer: null }
	| { readonly notification: null; readonly answer: Answer };

/** Whether a delivery is for us to read. */
export function checkDelivery(
	body: Buffer,
	signature: string | undefined,
	clientSecret: string,
): Receipt {
	if (!isSignedByIntercom(body, signature, clientSecret)) {
		return refuse(401, 'The signature does not fit the client secret');
	}
	const notification = readNotification(body);
	if (!notification) return refuse(400, 'The body is not a notification');
	if (notification.topic === PING_TOPIC) {
		return { notification: null, answer: { status: 200, message: 'Here I am' } };
	}
	return { notification, answer: null };
}

/** Puts the notification into the inbox, for every trigger that wants it; whatever happens next, it is not lost. */
export async function takeIn(
	{ store, settings, now }: Consumer,
	notification: Notification,
): Promise<Answer> {
	const consumers = await store.notifications.consumers();
	if (!consumers.some(({ types }) => types.includes(notification.topic))) {
		return { status: 200, message: 'Nobody asked for this topic' };
	}
	const fresh = await store.notifications.receive([toIncoming(notification)], now());
	if (fresh.length === 0) return { status: 200, message: 'Known already' };
	wake('intercom', settings.partition);
	return { status: 200, message: 'Received' };
}

function toIncoming(notification: Notification): IncomingEvent {
	const { id, topic, createdAt } = notification;
	const { contactId } = contactIn(notification);
	return {
		id,
		type: topic,
		accountKey: contactId ?? id,
		createdAt,
		via: 'webhook',
		payload: notification,
	};
}

function refuse(status: 400 | 401, message: string): Receipt {
	return { notification: null, answer: { status, message } };
}
