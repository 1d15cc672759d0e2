import { Failure } from '../../services/failure.ts';
import type { StorePartition } from '../../services/store/index.ts';
import type { Consumer } from './consumer.ts';
import { restartPullFrom } from './pull.ts';
import { wantedTypes } from './settings.ts';

/** What the triggers of one Stripe account know of each other. */
export interface Presence {
	readonly stripeAccount: string | null;
	/** Null for one that only polls. */
	readonly webhookUrl: string | null;
	readonly seenAt: Date;
	/** When it was unpublished. */
	readonly leftAt: Date | null;
}

/** Published again within a day, a trigger goes on where it stopped; later it starts afresh. */
const BREAK_MS = 86_400_000;
const SIGN_OF_LIFE_EVERY_MS = 300_000;
/** A trigger that nobody has seen for so long has been deleted with its workflow. Stripe's events are gone too. */
const LOST_AFTER_MS = 30 * 86_400_000;

export interface Enrolment {
	readonly stripeAccount: string | null;
	readonly webhookUrl: string | null;
}

/** Joins the readers of the inbox, or goes on after a pause. */
export async function enrol(consumer: Consumer, enrolment: Enrolment): Promise<void> {
	const { id, store, settings } = consumer;
	const now = consumer.now();
	const before = await presenceOf(store, id);
	const others = await presentOthers(consumer);
	refuseSecondAccount(enrolment, others);
	const isNew = !before || hasLeft(before, new Date(now.getTime() - BREAK_MS));
	if (isNew) await store.inbox.unsubscribe(id);
	if (isNew && others.length === 0) await restartPullFrom(consumer, now);
	await store.inbox.subscribe(id, { types: wantedTypes(settings), from: now });
	await putPresence(store, id, { ...enrolment, seenAt: now, leftAt: null });
}

/** Says that it is still there. */
export async function stayPresent({ id, store, now }: Consumer): Promise<void> {
	const presence = await presenceOf(store, id);
	if (!presence || now().getTime() - presence.seenAt.getTime() < SIGN_OF_LIFE_EVERY_MS) return;
	await putPresence(store, id, { ...presence, seenAt: now() });
}

/** Keeps what it has not done, for the case that it comes back. */
export async function takeLeave({ id, store, now }: Consumer): Promise<void> {
	const presence = await presenceOf(store, id);
	if (presence) await putPresence(store, id, { ...presence, leftAt: now() });
}

/** The other triggers that are published, on this n8n or another one with the same store. */
export async function presentOthers({ id, store, now }: Consumer): Promise<Presence[]> {
	const lostSince = new Date(now().getTime() - LOST_AFTER_MS);
	const presences = await everyPresence(store);
	return presences
		.filter(([other, presence]) => other !== id && presence && !isGone(presence, lostSince))
		.flatMap(([, presence]) => presence ?? []);
}

/** Forgets the readers that are not coming back, and what they would have read. */
export async function forgetLost({ store, now }: Consumer): Promise<void> {
	const lostSince = new Date(now().getTime() - LOST_AFTER_MS);
	const leftSince = new Date(now().getTime() - BREAK_MS);
	for (const [id, presence] of await everyPresence(store)) {
		if (presence && !hasLeft(presence, leftSince) && presence.seenAt > lostSince) continue;
		await store.inbox.unsubscribe(id);
		await store.bookmarks.remove(nameOf(id));
	}
}

async function everyPresence(
	store: StorePartition,
): Promise<ReadonlyArray<readonly [string, Presence | null]>> {
	const consumers = await store.inbox.consumers();
	return await Promise.all(
		consumers.map(async ({ consumer }) => [consumer, await presenceOf(store, consumer)] as const),
	);
}

async function presenceOf({ bookmarks }: StorePartition, id: string): Promise<Presence | null> {
	const text = await bookmarks.get(nameOf(id));
	if (text === null) return null;
	const { seenAt, leftAt, ...rest } = JSON.parse(text) as Enrolment & {
		seenAt: string;
		leftAt: string | null;
	};
	return { ...rest, seenAt: new Date(seenAt), leftAt: leftAt === null ? null : new Date(leftAt) };
}

async function putPresence(
	{ bookmarks }: StorePartition,
	id: string,
	presence: Presence,
): Promise<void> {
	await bookmarks.set(nameOf(id), JSON.stringify(presence), presence.seenAt);
}

/** The events of two accounts in one inbox would be looked up with the wrong key. */
function refuseSecondAccount({ stripeAccount }: Enrolment, others: readonly Presence[]): void {
	const stranger = others.find(
		(other) =>
			stripeAccount !== null &&
			other.stripeAccount !== null &&
			other.stripeAccount !== stripeAccount,
	);
	if (!stranger) return;
	throw new Failure('This workspace already receives the events of another Stripe account', {
		code: 'workspace_of_other_account',
		hint: 'Give each Stripe account a workspace of its own, in this trigger and in the nodes of its flows.',
	});
}

function isGone(presence: Presence, lostSince: Date): boolean {
	return presence.leftAt !== null || presence.seenAt <= lostSince;
}

function hasLeft({ leftAt }: Presence, before: Date): boolean {
	return leftAt !== null && leftAt <= before;
}

function nameOf(id: string): string {
	return `stripe-trigger/${id}`;
}
