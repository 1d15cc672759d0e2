/** A notification as Intercom sends it; what lies in it depends on the topic. */
export interface Notification {
	readonly id: string;
	readonly topic: string;
	readonly createdAt: Date;
	/** The workspace. */
	readonly appId: string | null;
	readonly item: Item;
}

export type Item = Readonly<Record<string, unknown>>;

/** Whom it is about, as far as it says. */
export interface ContactSigns {
	readonly contactId: string | null;
	/** The external id. */
	readonly accountId: string | null;
	readonly email: string | null;
}

/** What a person has written. */
export interface Letter {
	readonly conversationId: string;
	/** Whether it began the conversation. */
	readonly isFirst: boolean;
	readonly subject: string | null;
	/** As plain text. */
	readonly message: string;
	readonly state: string | null;
	readonly assigneeId: string | null;
}

/** Null for anything that is no notification. */
export function readNotification(body: Buffer): Notification | null {
	const sent = recordIn(parse(body.toString('utf8')));
	const id = textIn(sent['id']);
	const topic = textIn(sent['topic']);
	if (id === null || topic === null) return null;
	const createdAt = sent['created_at'];
	return {
		id,
		topic,
		createdAt: new Date(typeof createdAt === 'number' ? createdAt * 1000 : Date.now()),
		appId: textIn(sent['app_id']),
		item: recordIn(recordIn(sent['data'])['item']),
	};
}

/** The contact is the item, lies in it, or takes part in it. */
export function contactIn({ item }: Pick<Notification, 'item'>): ContactSigns {
	const participants = recordIn(item['contacts'])['contacts'];
	const [first] = Array.isArray(participants) ? (participants as unknown[]) : [];
	const contact = item['type'] === 'contact' ? item : recordIn(item['contact'] ?? first);
	return {
		contactId: textIn(contact['id']),
		accountId: textIn(contact['external_id']),
		email: textIn(contact['email']),
	};
}

/** `hard_bounce` and the like; null where it is not about an e-mail. */
export function emailFateIn({ item }: Pick<Notification, 'item'>): string | null {
	return textIn(recordIn(item['content_stat'])['stat_type']);
}

/** The last that a person wrote in the conversation; null where it is about none. */
export function letterIn({ item }: Pick<Notification, 'item'>): Letter | null {
	const conversationId = textIn(item['id']);
	if (item['type'] !== 'conversation' || conversationId === null) return null;
	const source = recordIn(item['source']);
	const listed = recordIn(item['conversation_parts'])['conversation_parts'];
	const parts = (Array.isArray(listed) ? (listed as unknown[]) : []).map(recordIn);
	const reply = parts.findLast((part) => isOfPerson(part) && textIn(part['body']) !== null);
	return {
		conversationId,
		isFirst: reply === undefined && isOfPerson(source),
		subject: plainText(textIn(source['subject']) ?? '') || null,
		message: plainText(textIn((reply ?? source)['body']) ?? ''),
		state: textIn(item['state']),
		assigneeId: textIn(item['admin_assignee_id']),
	};
}

function isOfPerson(part: Item): boolean {
	const type = recordIn(part['author'])['type'];
	return type === 'user' || type === 'lead' || type === 'contact';
}

/** Intercom writes bodies as HTML. */
function plainText(html: string): string {
	return html
		.replace(/<br\s*\/?>|<\/(?:p|div|li|h\d)>/gi, '\n')
		.replace(/<[^>]*>/g, '')
		.replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '')
		.trim();
}

const ENTITIES: Readonly<Record<string, string>> = {
	...{ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' },
};

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

function recordIn(value: unknown): Item {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as Item)
		: {};
}

/** Ids come as numbers in some places. */
function textIn(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? value : null;
}
