import type { StorePartition } from '../../services/store/index.ts';
import type { Consumer } from './consumer.ts';

/** Where the reading of Stripe's event list stands, shared by all triggers of the account. */
export interface Mark {
	/** Everything up to here is in the inbox. */
	readonly readUntil: Date;
	/** Nobody wants anything older. */
	readonly startedAt: Date;
	/** Null where the key may not know whose it is. */
	readonly stripeAccount: string | null;
}

const BOOKMARK = 'stripe-pull';

export async function readMark({ store }: Consumer): Promise<Mark | null> {
	return await markUnder(BOOKMARK, store);
}

export async function putMark(consumer: Consumer, mark: Mark): Promise<void> {
	await consumer.store.bookmarks.set(BOOKMARK, JSON.stringify(mark), consumer.now());
}

export async function restartPullFrom(
	consumer: Consumer,
	at: Date,
	stripeAccount: string | null,
): Promise<void> {
	await putMark(consumer, { readUntil: at, startedAt: at, stripeAccount });
}

/**
 * A workspace that goes over to another Stripe account lays the mark of the one before aside, so that its triggers
 * go on where they stopped if it ever goes back. False where this account has been read nothing of yet.
 */
export async function turnPullTo(
	consumer: Consumer,
	stripeAccount: string | null,
): Promise<boolean> {
	const { store, now } = consumer;
	const mark = await readMark(consumer);
	if (mark && (stripeAccount === null || mark.stripeAccount === stripeAccount)) return true;
	if (mark?.stripeAccount === null) {
		await putMark(consumer, { ...mark, stripeAccount });
		return true;
	}
	if (mark) {
		await store.bookmarks.set(asideName(mark.stripeAccount), JSON.stringify(mark), now());
	}
	const own = await markUnder(asideName(stripeAccount), store);
	if (!own) return false;
	await putMark(consumer, own);
	await store.bookmarks.remove(asideName(stripeAccount));
	return true;
}

async function markUnder(name: string, { bookmarks }: StorePartition): Promise<Mark | null> {
	const text = await bookmarks.get(name);
	if (text === null) return null;
	const noted = JSON.parse(text) as Readonly<Record<keyof Mark, string>>;
	return {
		readUntil: new Date(noted.readUntil),
		startedAt: new Date(noted.startedAt),
		// The versions before this one did not note it.
		stripeAccount: noted.stripeAccount ?? null,
	};
}

function asideName(stripeAccount: string | null): string {
	return `${BOOKMARK}/${stripeAccount}`;
}
