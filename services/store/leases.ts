import type { Scope } from './database.ts';

/** Who does what only one may do at a time: hold the webhook endpoint, run the nightly import. */
export interface Leases {
	/** Takes what is free or has run out, and renews what this holder has. True when it is theirs now. */
	take(name: string, holder: string, leaseMs: number, now: Date): Promise<boolean>;
	/** Null when nobody does. */
	holderOf(name: string, now: Date): Promise<string | null>;
	release(name: string, holder: string): Promise<void>;
}

export function createLeases({ db, partition }: Scope): Leases {
	return {
		async take(name, holder, leaseMs, now) {
			const news = { holder, lease_until: now.getTime() + leaseMs };
			const taken = await db
				.insertInto('leases')
				.values({ partition_key: partition, name, ...news })
				.onConflict((conflict) =>
					conflict
						.columns(['partition_key', 'name'])
						.doUpdateSet(news)
						.where((eb) =>
							eb.or([
								eb('leases.holder', '=', holder),
								eb('leases.lease_until', '<=', now.getTime()),
							]),
						),
				)
				.returning('holder')
				.executeTakeFirst();
			return taken !== undefined;
		},
		async holderOf(name, now) {
			const row = await db
				.selectFrom('leases')
				.select('holder')
				.where('partition_key', '=', partition)
				.where('name', '=', name)
				.where('lease_until', '>', now.getTime())
				.executeTakeFirst();
			return row?.holder ?? null;
		},
		async release(name, holder) {
			await db
				.deleteFrom('leases')
				.where('partition_key', '=', partition)
				.where('name', '=', name)
				.where('holder', '=', holder)
				.execute();
		},
	};
}
