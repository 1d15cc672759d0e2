import type { Intercom } from 'intercom-client';
import type { Account, AccountFacts } from '../../lifecycle/account.ts';
import {
	isOvertaken,
	unsubscribedKey,
	type ContactEventName,
} from '../../lifecycle/contact-events.ts';
import type { Ask } from '../../services/ask.ts';
import type { Asking } from '../../services/n8n/inbox/shared-reads.ts';
import { findContact } from '../../services/intercom/contacts.ts';
import {
	contactIn,
	emailFateIn,
	type ContactSigns,
	type Notification,
} from '../../services/intercom/notification.ts';
import { eventOf } from '../../services/intercom/topics.ts';
import { toConsent } from '../IntercomMessage/rows.ts';
import type { Consumer } from './consumer.ts';

/** What Intercom has told of one contact, and who that is now. */
export interface ContactNews {
	readonly notifications: readonly ContactNotification[];
	readonly signs: ContactSigns;
	/** As Intercom knows it now; undefined for one that is gone. */
	readonly contact: Intercom.Contact | undefined;
	/** As the store joined it; null for somebody whom it does not know. */
	readonly account: Account | null;
	readonly readAt: Date;
}

export interface ContactNotification {
	readonly notification: Notification;
	/** Null for a topic that has no word of ours. */
	readonly event: ContactEventName | null;
	readonly isStale: boolean;
}

/**
 * Reads the contact again, because notifications come late and in any order, and lets the account learn from it
 * before the flow hears of anything.
 */
export async function readNews(
	consumer: Consumer,
	notifications: readonly Notification[],
	{ ask, askedAt }: Asking,
): Promise<ContactNews> {
	const { intercom } = consumer;
	const signs = signsIn(notifications);
	const contact = await readContact(intercom, signs, ask);
	const readAt = askedAt();
	const told = notifications.map((notification) => {
		const event = eventOf(notification.topic, emailFateIn(notification));
		const isStale =
			event !== null && contact !== undefined && isOvertaken(event, toConsent(contact));
		return { notification, event, isStale };
	});
	const news = { notifications: told, signs, contact, readAt };
	const account = await accountOf(consumer, news);
	if (account === null) return { ...news, account };
	return { ...news, account: await learn(consumer, account, news) };
}

/** Several notifications of one contact together may say more than each alone. */
function signsIn(notifications: readonly Notification[]): ContactSigns {
	const all = notifications.map(contactIn);
	const last = (sign: keyof ContactSigns) =>
		all.findLast((signs) => signs[sign] !== null)?.[sign] ?? null;
	return { contactId: last('contactId'), accountId: last('accountId'), email: last('email') };
}

async function readContact(
	intercom: Consumer['intercom'],
	{ contactId, accountId }: ContactSigns,
	ask: Ask,
): Promise<Intercom.Contact | undefined> {
	const find = async (id: string) =>
		await ask(`contact ${id}`, async () => await findContact(intercom, id));
	const found = contactId === null ? undefined : await find(contactId);
	if (found || accountId === null) return found;
	return await find(accountId);
}

type News = Omit<ContactNews, 'account'>;

/** By the product's own id, else by the contact, else by the mailbox: leads have nothing else. */
async function accountOf(
	{ store: { accounts } }: Consumer,
	{ contact, signs }: News,
): Promise<Account | null> {
	const accountId = contact?.external_id ?? signs.accountId;
	const contactId = contact?.id ?? signs.contactId;
	const email = contact?.email ?? signs.email;
	return (
		(accountId ? await accounts.get(accountId) : null) ??
		(contactId ? await accounts.find({ contactId }) : null) ??
		(email ? await accounts.find({ email }) : null)
	);
}

async function learn(
	{ store: { accounts, timeline }, now }: Consumer,
	account: Account,
	news: News,
): Promise<Account> {
	const { accountId } = account;
	const learnt = await accounts.upsert(factsFrom(account, news), now());
	for (const { notification, event } of news.notifications) {
		if (event === null || !IN_TIMELINE.has(event)) continue;
		await timeline.append({
			accountId,
			at: notification.createdAt,
			kind: event,
			source: 'intercomMessageTrigger',
			key: keyOf(notification, event, news.contact?.id ?? news.signs.contactId),
			cause: notification.id,
			data: { contactId: news.signs.contactId, topic: notification.topic },
		});
	}
	return learnt.account;
}

function keyOf(
	{ id, createdAt }: Notification,
	event: ContactEventName,
	contactId: string | null,
): string {
	return event === 'unsubscribed' && contactId !== null
		? unsubscribedKey(contactId, 'all', createdAt)
		: `intercom/${id}`;
}

/** A lead who shares a mailbox with a user says nothing about the user's consent; that they wrote, it does. */
function factsFrom(account: Account, { contact, notifications, readAt }: News): AccountFacts {
	const { accountId } = account;
	const repliedAt = lastReplyIn(contact, notifications);
	const isItsContact =
		contact !== undefined &&
		(contact.external_id === accountId ||
			account.contactId === null ||
			account.contactId === contact.id);
	return {
		accountId,
		at: readAt,
		...(repliedAt === null ? {} : { lastRepliedAt: repliedAt }),
		...(isItsContact ? { contactId: contact.id, consent: toConsent(contact) } : {}),
	};
}

function lastReplyIn(
	contact: Intercom.Contact | undefined,
	notifications: readonly ContactNotification[],
): Date | null {
	const instants = [
		...(contact?.last_replied_at ? [contact.last_replied_at * 1000] : []),
		...notifications
			.filter(({ event }) => event === 'replied')
			.map(({ notification }) => notification.createdAt.getTime()),
	];
	return instants.length === 0 ? null : new Date(Math.max(...instants));
}

const IN_TIMELINE: ReadonlySet<ContactEventName> = new Set([
	...(['replied', 'unsubscribed', 'resubscribed', 'bounced', 'spam_reported'] as const),
]);
