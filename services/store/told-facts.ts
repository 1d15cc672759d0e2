import { chunksOf } from './chunks.ts';
import type { Scope } from './database.ts';
import type { ToldFact } from './inbox.ts';

/**
 * Who may tell what: a fact belongs to the event that first told it to this consumer. That event may tell it
 * again, because its delivery is repeated after a failure; any other event has come too late.
 */
export async function claimFacts(
	{ db, partition }: Scope,
	consumer: string,
	facts: readonly ToldFact[],
	now: Date,
): Promise<ReadonlySet<string>> {
	const owners = new Map<string, string>();
	for (const chunk of chunksOf(facts)) {
		await db
			.insertInto('told_facts')
			.values(
				chunk.map(({ key, eventId }) => ({
					partition_key: partition,
					consumer,
					fact_key: key,
					event_id: eventId,
					told_at: now.getTime(),
				})),
			)
			.onConflict((conflict) =>
				conflict.columns(['partition_key', 'consumer', 'fact_key']).doNothing(),
			)
			.execute();
		const rows = await db
			.selectFrom('told_facts')
			.select(['fact_key', 'event_id'])
			.where('partition_key', '=', partition)
			.where('consumer', '=', consumer)
			.where(
				'fact_key',
				'in',
				chunk.map(({ key }) => key),
			)
			.execute();
		for (const row of rows) owners.set(row.fact_key, row.event_id);
	}
	return new Set(facts.flatMap(({ key, eventId }) => (owners.get(key) === eventId ? [key] : [])));
}
