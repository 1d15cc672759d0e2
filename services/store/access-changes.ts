import type { Selectable } from 'kysely';
import type { AccessLevel } from '../../lifecycle/access-level.ts';
import { serialised, type Scope } from './database.ts';
import type { AccessChangesTable } from './tables.ts';

/** Every change of access with its cause, one at a time per account. */
export interface AccessChanges {
	/** Asks for the right to change the product's access level. A change that an older billing fact demands loses. */
	begin(request: AccessChangeRequest, now: Date): Promise<BeginResult>;
	/** Writes down what became of it. False when its lease was lost to another change. */
	settle(id: number, outcome: AccessOutcome, now: Date): Promise<boolean>;
	/** The last change that took effect. */
	latest(accountId: string): Promise<AccessChange | null>;
	/** Newest first. */
	list(accountId: string, limit: number): Promise<readonly AccessChange[]>;
}

export interface AccessChangeRequest {
	readonly accountId: string;
	readonly level: AccessLevel;
	readonly reason: string;
	/** The instant of the billing fact that demands it. */
	readonly billingAt: Date;
	readonly leaseMs: number;
	readonly cause?: string;
	readonly executionId?: string;
}

export type BeginResult =
	| { readonly begun: true; readonly id: number }
	/** `busy`: another change of this account is under way. `outdated`: a newer billing fact has been applied. */
	| { readonly begun: false; readonly because: 'busy' | 'outdated'; readonly by: AccessChange };

export type AccessOutcome =
	{ readonly state: 'applied' } | { readonly state: 'failed'; readonly error: string };

export interface AccessChange {
	readonly id: number;
	readonly accountId: string;
	readonly level: AccessLevel;
	readonly reason: string;
	readonly billingAt: Date;
	/** `pending` past its lease: nobody knows whether it took effect. */
	readonly state: 'pending' | 'applied' | 'failed';
	readonly startedAt: Date;
	readonly settledAt: Date | null;
	readonly cause: string | null;
	readonly executionId: string | null;
	readonly error: string | null;
}

export function createAccessChanges(scope: Scope): AccessChanges {
	return {
		begin: async (request, now) => await begin(scope, request, now),
		settle: async (id, outcome, now) => await settle(scope, id, outcome, now),
		latest: async (accountId) => await latest(scope, accountId),
		list: async (accountId, limit) => await list(scope, accountId, limit),
	};
}

async function begin(scope: Scope, request: AccessChangeRequest, now: Date): Promise<BeginResult> {
	const { accountId, billingAt } = request;
	const name = `access/${scope.partition}/${accountId}`;
	return await serialised(scope, name, 'alone', async (db) => {
		const within = { ...scope, db };
		const pending = await underWay(within, accountId, now);
		if (pending) return { begun: false, because: 'busy', by: pending };
		const applied = await latest(within, accountId);
		if (applied && applied.billingAt > billingAt) {
			return { begun: false, because: 'outdated', by: applied };
		}
		const { id } = await db
			.insertInto('access_changes')
			.values({
				partition_key: scope.partition,
				account_id: accountId,
				level: request.level,
				reason: request.reason,
				billing_at: billingAt.getTime(),
				state: 'pending',
				started_at: now.getTime(),
				lease_until: now.getTime() + request.leaseMs,
				settled_at: null,
				cause: request.cause ?? null,
				execution_id: request.executionId ?? null,
				error: null,
			})
			.returning('id')
			.executeTakeFirstOrThrow();
		return { begun: true, id };
	});
}

async function underWay(
	{ db, partition }: Scope,
	accountId: string,
	now: Date,
): Promise<AccessChange | null> {
	const row = await db
		.selectFrom('access_changes')
		.selectAll()
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.where('state', '=', 'pending')
		.where('lease_until', '>', now.getTime())
		.executeTakeFirst();
	return row ? toAccessChange(row) : null;
}

async function settle(
	{ db, partition }: Scope,
	id: number,
	outcome: AccessOutcome,
	now: Date,
): Promise<boolean> {
	const { numUpdatedRows } = await db
		.updateTable('access_changes')
		.set({
			state: outcome.state,
			settled_at: now.getTime(),
			error: 'error' in outcome ? outcome.error : null,
		})
		.where('partition_key', '=', partition)
		.where('id', '=', id)
		.where('state', '=', 'pending')
		.executeTakeFirst();
	return numUpdatedRows > 0n;
}

async function latest({ db, partition }: Scope, accountId: string): Promise<AccessChange | null> {
	const row = await db
		.selectFrom('access_changes')
		.selectAll()
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.where('state', '=', 'applied')
		.orderBy('id', 'desc')
		.limit(1)
		.executeTakeFirst();
	return row ? toAccessChange(row) : null;
}

async function list(
	{ db, partition }: Scope,
	accountId: string,
	limit: number,
): Promise<readonly AccessChange[]> {
	const rows = await db
		.selectFrom('access_changes')
		.selectAll()
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.orderBy('id', 'desc')
		.limit(limit)
		.execute();
	return rows.map(toAccessChange);
}

function toAccessChange(row: Selectable<AccessChangesTable>): AccessChange {
	return {
		id: row.id,
		accountId: row.account_id,
		level: row.level,
		reason: row.reason,
		billingAt: new Date(row.billing_at),
		state: row.state,
		startedAt: new Date(row.started_at),
		settledAt: row.settled_at === null ? null : new Date(row.settled_at),
		cause: row.cause,
		executionId: row.execution_id,
		error: row.error,
	};
}
