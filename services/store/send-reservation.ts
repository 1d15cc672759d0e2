import { sql, type ExpressionBuilder, type SelectQueryBuilder } from 'kysely';
import type { MessageCategory } from '../../lifecycle/consent.ts';
import type { Standing } from '../../lifecycle/journey/decide.ts';
import { serialised, type Scope } from './database.ts';
import { TRANSACTIONAL_REPEATS } from './send-claim.ts';
import { REACHED_SOMEBODY } from './send-frequency.ts';
import { leaseEnd } from './send-lease.ts';
import { leftBehind, mayBeRepeated, standings, type LeftBehind } from './send-standing.ts';
import type { Tables } from './tables.ts';

/** What a journey gives out, and what it decides against. */
export interface Reservations {
	/** Takes a step for this run. Of all that try, at any time, in any process, one wins. */
	reserve(request: ReserveRequest, now: Date): Promise<ReserveResult>;
	/** Writes down that a step is due which could not come out, so that it is left behind for the next run. */
	putOff(request: StepRequest, now: Date): Promise<void>;
	/** Writes down why a step never comes. False where it is out, or somebody else has decided. */
	end(request: EndRequest, now: Date): Promise<boolean>;
	/** Writes down that a step which was left behind is not given out again. What may have been sent stays unknown. */
	giveUp(key: string, reason: string, now: Date): Promise<void>;
	/** By account and send-once key, everything that was ever decided. */
	standings(
		accountIds: readonly string[],
		now: Date,
	): Promise<ReadonlyMap<string, ReadonlyMap<string, Standing>>>;
	/** Steps that came to nothing: put off, the run died, or the message was refused. Oldest first. */
	leftBehind(journey: string, limit: number, now: Date): Promise<readonly LeftBehind[]>;
}

export interface StepRequest {
	readonly key: string;
	readonly accountId: string;
	readonly category: MessageCategory;
	readonly journey: string;
	readonly step: string;
	readonly anchorAt: Date;
	readonly variant: string | null;
	/** By the account's own clock, which on a test clock is not ours. */
	readonly at: Date;
	readonly executionId?: string;
}

export interface ReserveRequest extends StepRequest {
	/** An action is done when it has come out; a message has to be claimed within its lease. */
	readonly settledBy: 'message' | 'emission';
	/** At least so long after the last message of this category to this account. */
	readonly minGapMs?: number;
	/** On what billing it is given out; whoever claims it is told. */
	readonly footing?: string;
}

export interface EndRequest extends StepRequest {
	readonly reason: string;
}

export type ReserveResult = 'won' | 'taken' | 'paced';

export function createReservations(scope: Scope): Reservations {
	return {
		reserve: async (request, now) => await reserve(scope, request, now),
		putOff: async (request, now) => await putOff(scope, request, now),
		end: async (request, now) => await end(scope, request, now),
		giveUp: async (key, reason, now) => await giveUp(scope, key, reason, now),
		standings: async (accountIds, now) => await standings(scope, accountIds, now),
		leftBehind: async (journey, limit, now) => await leftBehind(scope, journey, limit, now),
	};
}

async function reserve(scope: Scope, request: ReserveRequest, now: Date): Promise<ReserveResult> {
	if (request.minGapMs === undefined || scope.kind === 'sqlite') {
		return await reserveIn(scope, request, now);
	}
	// As for claims: two steps of one account have two keys.
	const name = `sends/${scope.partition}/${request.accountId}`;
	return await serialised(scope, name, 'alone', async (db) => {
		return await reserveIn({ ...scope, db }, request, now);
	});
}

async function reserveIn(scope: Scope, request: ReserveRequest, now: Date): Promise<ReserveResult> {
	const { db, partition } = scope;
	const state = request.settledBy === 'message' ? ('reserved' as const) : ('emitted' as const);
	const row = {
		...rowOf(scope, request),
		footing: request.footing ?? null,
		state,
		emissions: 1,
		lease_until: leaseEnd(sql.lit(1), now),
		settled_at: state === 'emitted' ? now.getTime() : null,
		reason: null,
	};
	const columns = Object.keys(row) as Array<keyof typeof row>;
	const tooRecent = tooRecentFor(scope, request);
	const won = await db
		.insertInto('sends')
		.columns(columns)
		.expression(
			db
				.selectNoFrom((eb) => columns.map((column) => eb.val(row[column]).as(column)))
				.where((eb) => (tooRecent ? eb.not(eb.exists(tooRecent)) : eb.lit(true))),
		)
		.onConflict((conflict) =>
			conflict
				.columns(['partition_key', 'send_key'])
				.doUpdateSet((eb) => ({
					state,
					emissions: eb('sends.emissions', '+', 1),
					doubts: eb
						.case()
						.when('sends.state', 'in', ['reserved', 'failed'])
						.then(eb.ref('sends.doubts'))
						.else(eb('sends.doubts', '+', 1))
						.end(),
					journey: row.journey,
					step: row.step,
					anchor_at: row.anchor_at,
					variant: row.variant,
					footing: row.footing,
					claimed_at: row.claimed_at,
					lease_until: leaseEnd(eb('sends.emissions', '+', 1), now),
					settled_at: row.settled_at,
					reason: null,
					execution_id: row.execution_id,
				}))
				.where((eb) => mayBeRepeated(eb, now)),
		)
		.returning('send_key')
		.executeTakeFirst();
	if (won) return 'won';
	const known = await db
		.selectFrom('sends')
		.select('state')
		.where('partition_key', '=', partition)
		.where('send_key', '=', request.key)
		.executeTakeFirst();
	return known ? 'taken' : 'paced';
}

async function putOff(scope: Scope, request: StepRequest, now: Date): Promise<void> {
	const row = {
		...rowOf(scope, request),
		state: 'failed' as const,
		reason: 'not_read',
		emissions: 0,
		lease_until: now.getTime(),
		settled_at: now.getTime(),
	};
	await scope.db
		.insertInto('sends')
		.values(row)
		.onConflict((conflict) => conflict.doNothing())
		.execute();
}

async function end(scope: Scope, request: EndRequest, now: Date): Promise<boolean> {
	const outcome = {
		state: 'suppressed' as const,
		reason: request.reason,
		settled_at: now.getTime(),
	};
	const ended = await scope.db
		.insertInto('sends')
		.values({
			...rowOf(scope, request),
			...outcome,
			emissions: 0,
			lease_until: now.getTime(),
		})
		.onConflict((conflict) =>
			conflict
				.columns(['partition_key', 'send_key'])
				.doUpdateSet(outcome)
				.where((eb) =>
					eb.and([
						eb('sends.state', 'in', ['reserved', 'failed']),
						eb('sends.lease_until', '<=', now.getTime()),
					]),
				),
		)
		.returning('send_key')
		.executeTakeFirst();
	return ended !== undefined;
}

async function giveUp(
	{ db, partition }: Scope,
	key: string,
	reason: string,
	now: Date,
): Promise<void> {
	const isUnsent = (eb: ExpressionBuilder<Tables, 'sends'>) =>
		eb('state', 'in', ['reserved', 'failed']);
	await db
		.updateTable('sends')
		.set((eb) => ({
			state: eb
				.case()
				.when(isUnsent(eb))
				.then('suppressed' as const)
				.else('unknown' as const)
				.end(),
			reason: eb.case().when(isUnsent(eb)).then(reason).else(eb.ref('reason')).end(),
			doubts: TRANSACTIONAL_REPEATS,
			settled_at: now.getTime(),
		}))
		.where('partition_key', '=', partition)
		.where('send_key', '=', key)
		.where('lease_until', '<=', now.getTime())
		.where('state', 'in', ['reserved', 'failed', 'claimed', 'unknown'])
		.execute();
}

/** Looked for on both sides of now: somebody's clock may have run ahead of ours. */
function tooRecentFor(
	{ db, partition }: Scope,
	{ key, accountId, category, at, minGapMs }: ReserveRequest,
): SelectQueryBuilder<Tables, 'sends', object> | null {
	if (minGapMs === undefined) return null;
	return db
		.selectFrom('sends')
		.select('sends.send_key')
		.where('sends.partition_key', '=', partition)
		.where('sends.account_id', '=', accountId)
		.where('sends.claimed_at', '>', at.getTime() - minGapMs)
		.where('sends.claimed_at', '<', at.getTime() + minGapMs)
		.where('sends.category', '=', category)
		.where('sends.state', 'in', REACHED_SOMEBODY)
		.where('sends.send_key', '!=', key);
}

function rowOf({ partition }: Scope, request: StepRequest) {
	return {
		partition_key: partition,
		send_key: request.key,
		account_id: request.accountId,
		channel: 'journey',
		category: request.category,
		journey: request.journey,
		step: request.step,
		anchor_at: request.anchorAt.getTime(),
		variant: request.variant,
		attempt: 0,
		doubts: 0,
		claimed_at: request.at.getTime(),
		message_id: null,
		execution_id: request.executionId ?? null,
	};
}
