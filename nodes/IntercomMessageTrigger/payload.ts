import type { IDataObject } from 'n8n-workflow';
import { accountAt } from '../../lifecycle/account-now.ts';
import { letterIn } from '../../services/intercom/notification.ts';
import type { Partition } from '../../services/store/index.ts';
import { toContactRow } from '../IntercomMessage/rows.ts';
import type { ContactNews, ContactNotification } from './news.ts';

/**
 * What a flow gets. Flows are built on these names: add some, never change one. Every item has all of them;
 * what does not apply is null. docs/intercom-message-trigger.md shows them to operators.
 */
export function toPayload(
	told: ContactNotification,
	news: ContactNews,
	partition: Partition,
): IDataObject {
	const { notification, event, isStale } = told;
	return {
		id: notification.id,
		event: event ?? notification.topic,
		occurredAt: notification.createdAt.toISOString(),
		stale: isStale,
		account: toAccountPart(news, partition),
		contact: toContactPart(news),
		conversation: toConversationPart(told),
		intercom: {
			id: notification.id,
			topic: notification.topic,
			workspaceId: notification.appId,
			createdAt: notification.createdAt.toISOString(),
		},
	};
}

/** One of Intercom's own topics, as it was sent. */
export function toTopicPayload(
	told: ContactNotification,
	news: ContactNews,
	partition: Partition,
): IDataObject {
	const payload = toPayload(told, news, partition);
	const { item, topic } = told.notification;
	return { ...payload, event: topic, intercom: { ...(payload['intercom'] as IDataObject), item } };
}

function toAccountPart(news: ContactNews, { mode, workspace }: Partition): IDataObject {
	const { account, contact, signs, readAt } = news;
	return {
		accountId: account?.accountId ?? contact?.external_id ?? signs.accountId,
		customerId: account?.customerId ?? null,
		subscriptionId: account?.subscription?.id ?? null,
		email: account?.email ?? contact?.email ?? signs.email,
		name: account?.name ?? contact?.name ?? null,
		language: account?.language ?? null,
		stage: account ? accountAt(account, readAt).stage : null,
		mode,
		workspace,
	};
}

/** Of a contact that is gone, what the notification said. */
function toContactPart({ contact, signs }: ContactNews): IDataObject {
	if (contact) return { exists: true, ...toContactRow(contact) };
	const { contactId, accountId, email } = signs;
	return { ...NOBODY, contactId, accountId, email };
}

const NOBODY = {
	exists: false,
	accountId: null,
	contactId: null,
	role: null,
	email: null,
	name: null,
	phone: null,
	language: null,
	isUnsubscribed: null,
	hasHardBounced: null,
	hasReportedSpam: null,
	signedUpAt: null,
	lastSeenAt: null,
	lastRepliedAt: null,
	createdAt: null,
	attributes: {},
} as const;

function toConversationPart({ notification }: ContactNotification): IDataObject | null {
	const letter = letterIn(notification);
	return letter && { ...letter };
}
