import { sql, type Expression, type RawBuilder } from 'kysely';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * For so long a step that came out waits for its message before it comes out again: short at first, for a run that
 * died; longer each time, so that whom Intercom refuses for good is not tried all day long, and an outage of hours
 * takes the message from nobody.
 */
const LEASES_MS = [5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS] as const;
const LONGEST_LEASE_MS = 6 * HOUR_MS;

/** The end of the lease of a step that has come out so often. */
export function leaseEnd(emissions: Expression<number>, now: Date): RawBuilder<number> {
	const leases = LEASES_MS.map(
		(leaseMs, index) => sql`when ${emissions} <= ${sql.lit(index + 1)} then ${sql.lit(leaseMs)}`,
	);
	const lease = sql`case ${sql.join(leases, sql` `)} else ${sql.lit(LONGEST_LEASE_MS)} end`;
	return sql<number>`cast(${now.getTime()} as bigint) + ${lease}`;
}
