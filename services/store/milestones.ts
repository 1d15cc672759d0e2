import { chunksOf } from './chunks.ts';
import type { Scope } from './database.ts';

/** What accounts have done in the product. */
export interface Milestones {
	/** Idempotent: of several reports the earliest instant stays. True when it was not known yet. */
	record(accountId: string, milestone: string, reachedAt: Date): Promise<boolean>;
	/** In the order in which they were reached. */
	list(accountId: string): Promise<readonly Milestone[]>;
	/** The names of all that these accounts have reached, in a few statements. */
	reachedBy(accountIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

export interface Milestone {
	readonly name: string;
	readonly reachedAt: Date;
}

export function createMilestones({ db, partition }: Scope): Milestones {
	return {
		async record(accountId, milestone, reachedAt) {
			const row = {
				partition_key: partition,
				account_id: accountId,
				milestone,
				reached_at: reachedAt.getTime(),
			};
			const inserted = await db
				.insertInto('milestones')
				.values(row)
				.onConflict((conflict) => conflict.doNothing())
				.returning('milestone')
				.executeTakeFirst();
			if (inserted) return true;
			await db
				.updateTable('milestones')
				.set({ reached_at: row.reached_at })
				.where('partition_key', '=', partition)
				.where('account_id', '=', accountId)
				.where('milestone', '=', milestone)
				.where('reached_at', '>', row.reached_at)
				.execute();
			return false;
		},
		async list(accountId) {
			const rows = await db
				.selectFrom('milestones')
				.select(['milestone', 'reached_at'])
				.where('partition_key', '=', partition)
				.where('account_id', '=', accountId)
				.orderBy('reached_at')
				.orderBy('milestone')
				.execute();
			return rows.map((row) => ({ name: row.milestone, reachedAt: new Date(row.reached_at) }));
		},
		async reachedBy(accountIds) {
			const reached = new Map<string, string[]>();
			for (const chunk of chunksOf(accountIds)) {
				const rows = await db
					.selectFrom('milestones')
					.select(['account_id', 'milestone'])
					.where('partition_key', '=', partition)
					.where('account_id', 'in', chunk)
					.orderBy('reached_at')
					.orderBy('milestone')
					.execute();
				for (const { account_id, milestone } of rows) {
					reached.set(account_id, [...(reached.get(account_id) ?? []), milestone]);
				}
			}
			return reached;
		},
	};
}
