import { sql, type Selectable } from 'kysely';
import type { MessageCategory } from '../../lifecycle/consent.ts';
import type { Scope } from './database.ts';
import { claim } from './send-claim.ts';
import { frequency } from './send-frequency.ts';
import { leaseEnd } from './send-lease.ts';
import { createReservations, type Reservations } from './send-reservation.ts';
import type { SendsTable } from './tables.ts';

/** The ledger of what was sent: one row per send-once key, ever. */
export interface Sends extends Reservations {
	/**
	 * Asks for the right to send. Of all that ask with the same key, at any time, in any process, one wins; the
	 * exceptions are a send that surely failed, and one repeat of a transactional send whose outcome is unknown.
	 */
	claim(request: SendRequest, now: Date): Promise<ClaimResult>;
	/** Writes down what became of it. False when the claim is no longer the winner's. */
	settle(claim: Claim, outcome: SendOutcome, now: Date): Promise<boolean>;
	/** Marks claims whose process died, so that they can be shown; each is returned once. */
	expire(now: Date): Promise<readonly Send[]>;
	/** How much this account was written to: claims count, suppressed and failed ones do not. */
	frequency(query: FrequencyQuery): Promise<Frequency>;
	/** Newest first. */
	list(accountId: string, limit: number): Promise<readonly Send[]>;
}

/**
 * `reserved`: a journey has given the step out and waits for its message. `emitted`: it has given out an action.
 * `unknown`: the process died, or the answer got lost, between the claim and its settlement.
 */
export type SendState =
	'reserved' | 'emitted' | 'claimed' | 'sent' | 'suppressed' | 'failed' | 'unknown';

export interface SendRequest {
	/** Identity of one step for one account and one trial. */
	readonly key: string;
	readonly accountId: string;
	readonly channel: string;
	readonly category: MessageCategory;
	readonly journey?: string;
	readonly step?: string;
	readonly anchorAt?: Date;
	/** After this time without settlement the outcome is unknown. */
	readonly leaseMs: number;
	/** At least so long after the last message of this category to this account, whatever journey it came from. */
	readonly minGapMs?: number;
	readonly executionId?: string;
}

/** The right to send, and to settle. */
export interface Claim {
	readonly key: string;
	readonly attempt: number;
}

export type ClaimResult =
	| {
			readonly won: true;
			readonly claim: Claim;
			/** On what billing a journey gave this out; null where none did. */
			readonly footing: string | null;
	  }
	| { readonly won: false; readonly state: SendState; readonly reason: string | null }
	/** Too soon after another message; nothing was written, so it can be asked again. */
	| { readonly won: false; readonly state: 'paced'; readonly until: Date };

export type SendOutcome =
	| { readonly state: 'sent'; readonly messageId?: string }
	/** Decided against: consent, exit, too late. */
	| { readonly state: 'suppressed'; readonly reason: string }
	/** Surely not sent, so it may be claimed again. */
	| { readonly state: 'failed'; readonly reason: string }
	| { readonly state: 'unknown'; readonly reason: string };

export interface FrequencyQuery {
	readonly accountId: string;
	readonly category: MessageCategory;
	readonly since: Date;
}

export interface Frequency {
	readonly count: number;
	readonly lastAt: Date | null;
}

export interface Send {
	readonly key: string;
	readonly accountId: string;
	readonly channel: string;
	readonly category: MessageCategory;
	readonly journey: string | null;
	readonly step: string | null;
	readonly state: SendState;
	readonly attempt: number;
	readonly claimedAt: Date;
	readonly settledAt: Date | null;
	readonly reason: string | null;
	readonly messageId: string | null;
	readonly executionId: string | null;
}

export function createSends(scope: Scope): Sends {
	return {
		...createReservations(scope),
		claim: async (request, now) => await claim(scope, request, now),
		settle: async (won, outcome, now) => await settle(scope, won, outcome, now),
		expire: async (now) => await expire(scope, now),
		frequency: async (query) => await frequency(scope, query),
		list: async (accountId, limit) => await list(scope, accountId, limit),
	};
}

async function settle(
	{ db, partition }: Scope,
	{ key, attempt }: Claim,
	outcome: SendOutcome,
	now: Date,
): Promise<boolean> {
	const { numUpdatedRows } = await db
		.updateTable('sends')
		.set((eb) => ({
			state: outcome.state,
			settled_at: now.getTime(),
			reason: 'reason' in outcome ? outcome.reason : null,
			message_id: 'messageId' in outcome ? (outcome.messageId ?? null) : null,
			...(outcome.state === 'failed' ? { lease_until: leaseEnd(eb.ref('emissions'), now) } : {}),
		}))
		.where('partition_key', '=', partition)
		.where('send_key', '=', key)
		.where('attempt', '=', attempt)
		// The truth may come late, but only once.
		.where('state', 'in', ['claimed', 'unknown'])
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

async function expire({ db, partition }: Scope, now: Date): Promise<readonly Send[]> {
	const rows = await db
		.updateTable('sends')
		.set({ state: 'unknown', settled_at: now.getTime(), reason: 'lease_expired' })
		.where('partition_key', '=', partition)
		.where('state', '=', sql.lit('claimed'))
		.where('lease_until', '<=', now.getTime())
		.returningAll()
		.execute();
	return rows.map(toSend);
}

async function list(
	{ db, partition }: Scope,
	accountId: string,
	limit: number,
): Promise<readonly Send[]> {
	const rows = await db
		.selectFrom('sends')
		.selectAll()
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.orderBy('claimed_at', 'desc')
		.limit(limit)
		.execute();
	return rows.map(toSend);
}

function toSend(row: Selectable<SendsTable>): Send {
	return {
		key: row.send_key,
		accountId: row.account_id,
		channel: row.channel,
		category: row.category,
		journey: row.journey,
		step: row.step,
		state: row.state,
		attempt: row.attempt,
		claimedAt: new Date(row.claimed_at),
		settledAt: row.settled_at === null ? null : new Date(row.settled_at),
		reason: row.reason,
		messageId: row.message_id,
		executionId: row.execution_id,
	};
}
