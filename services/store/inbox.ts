import type { Scope } from './database.ts';
import {
	claim,
	complete,
	counts,
	fail,
	nextDueAt,
	parked,
	renew,
	replay,
} from './inbox-deliveries.ts';
import { consumers, purge, receive, subscribe, unsubscribe } from './inbox-intake.ts';
import { claimFacts } from './told-facts.ts';

/** A vendor's events, stored once, and what each consumer has made of them. */
export interface Inbox {
	/** Stores what is new and hands it to every consumer of its type. Gives the ids that were new. */
	receive(events: readonly IncomingEvent[], now: Date): Promise<readonly string[]>;
	/** Adds a consumer or changes what it wants; events received since `from` are handed to it too. */
	subscribe(consumer: string, wish: ConsumerWish): Promise<void>;
	/** Forgets a consumer and everything that it has not done. */
	unsubscribe(consumer: string): Promise<void>;
	consumers(): Promise<readonly Consumer[]>;
	/**
	 * The next deliveries for this consumer, in the order of the vendor's clock. Events of one account never
	 * overtake each other, nor run beside each other: what comes after one that waits for a retry waits too, and
	 * while one runs, all others wait, even one that has come late and is older.
	 */
	claim(consumer: string, options: ClaimOptions, now: Date): Promise<readonly Delivery[]>;
	/** Longer, because the run is still alive. Gives how many of them are still its own. */
	renew(deliveries: readonly DeliveryClaim[], leaseMs: number, now: Date): Promise<number>;
	/** Done. False for those whose lease was lost to another run. */
	complete(deliveries: readonly DeliveryClaim[], now: Date): Promise<number>;
	/** Not done: each comes again after its backoff, or is parked where it has failed too often. */
	fail(
		deliveries: readonly DeliveryClaim[],
		failure: DeliveryFailure,
		now: Date,
	): Promise<{ readonly retrying: number; readonly parked: number }>;
	/**
	 * Which of these facts may be told now. One fact can follow from several events; it belongs to the one that
	 * first told it, which may tell it again when its delivery is repeated.
	 */
	claimFacts(consumer: string, facts: readonly ToldFact[], now: Date): Promise<ReadonlySet<string>>;
	/** When there will be something to claim, null when nothing is open. */
	nextDueAt(consumer: string): Promise<Date | null>;
	counts(consumer: string): Promise<Readonly<Record<DeliveryState, number>>>;
	/** Parked deliveries, oldest first. */
	parked(query: ParkedQuery): Promise<readonly ParkedDelivery[]>;
	/** Hands events out again as if they had just come and never failed: parked ones, or done ones on an operator's wish. */
	replay(consumer: string, eventIds: readonly string[], now: Date): Promise<number>;
	/** Forgets events received before then that no consumer still has to do; what was parked, 59 days after that. */
	purge(receivedBefore: Date): Promise<number>;
}

export type DeliveryState = 'pending' | 'running' | 'done' | 'retry' | 'parked';

export interface IncomingEvent {
	readonly id: string;
	readonly type: string;
	/** Whose events must stay in order, such as the customer's id. */
	readonly accountKey: string;
	/** By the vendor's clock. */
	readonly createdAt: Date;
	readonly via: 'webhook' | 'pull';
	readonly payload: unknown;
}

export interface ConsumerWish {
	readonly types: readonly string[];
	readonly from: Date;
}

export interface Consumer {
	readonly consumer: string;
	readonly types: readonly string[];
}

/** Something that follows from an event, by a key that is the same from whichever event it follows. */
export interface ToldFact {
	readonly key: string;
	readonly eventId: string;
}

export interface ClaimOptions {
	readonly limit: number;
	/** A run that takes longer is taken for dead, and its deliveries are handed out again. */
	readonly leaseMs: number;
}

/** The right to complete or fail a delivery. */
export interface DeliveryClaim {
	readonly consumer: string;
	readonly eventId: string;
	readonly attempt: number;
	/** How often it has failed before; waits for the vendor do not count. */
	readonly failures: number;
}

export interface Delivery extends DeliveryClaim {
	/** From a run that was not heard of any more. */
	readonly isTakenOver: boolean;
	/** Its place in the inbox: what came in later has a higher one, whichever process took it in. */
	readonly seq: number;
	readonly type: string;
	readonly accountKey: string;
	readonly createdAt: Date;
	readonly payload: unknown;
}

export interface DeliveryFailure {
	readonly error: string;
	/** It counts, and this many park the delivery. Null for a wait that nobody can shorten: it neither counts nor parks. */
	readonly parkAfter: number | null;
	/** After the first one of its kind; doubles from then on, up to `maxBackoffMs`. */
	readonly backoffMs: number;
	readonly maxBackoffMs: number;
}

export interface ParkedQuery {
	/** All consumers when left out. */
	readonly consumer?: string;
	/** All of them when left out. */
	readonly limit?: number;
}

export interface ParkedDelivery extends Omit<Delivery, 'isTakenOver'> {
	readonly error: string | null;
	readonly parkedAt: Date;
}

/** Part of the same tables under a name of its own: no other partition begins with it. */
export function notificationsIn(scope: Scope): Scope {
	return { ...scope, partition: `intercom/${scope.partition}` };
}

export function createInbox(scope: Scope): Inbox {
	return {
		receive: async (events, now) => await receive(scope, events, now),
		subscribe: async (consumer, wish) => await subscribe(scope, consumer, wish),
		unsubscribe: async (consumer) => await unsubscribe(scope, consumer),
		consumers: async () => await consumers(scope),
		claim: async (consumer, options, now) => await claim(scope, consumer, options, now),
		renew: async (deliveries, leaseMs, now) => await renew(scope, deliveries, leaseMs, now),
		complete: async (deliveries, now) => await complete(scope, deliveries, now),
		fail: async (deliveries, failure, now) => await fail(scope, deliveries, failure, now),
		claimFacts: async (consumer, facts, now) => await claimFacts(scope, consumer, facts, now),
		nextDueAt: async (consumer) => await nextDueAt(scope, consumer),
		counts: async (consumer) => await counts(scope, consumer),
		parked: async (query) => await parked(scope, query),
		replay: async (consumer, eventIds, now) => await replay(scope, consumer, eventIds, now),
		purge: async (receivedBefore) => await purge(scope, receivedBefore),
	};
}
