import type { Scope } from './database.ts';
import type { Frequency, FrequencyQuery } from './sends.ts';

/** States in which a message counts as one that the account got. */
export const REACHED_SOMEBODY = ['reserved', 'claimed', 'sent', 'unknown'] as const;

export async function frequency(
	{ db, partition }: Scope,
	{ accountId, category, since }: FrequencyQuery,
): Promise<Frequency> {
	const { count, last } = await db
		.selectFrom('sends')
		.select((eb) => [
			eb.fn.countAll<number>().as('count'),
			eb.fn.max<number | null>('claimed_at').as('last'),
		])
		.where('partition_key', '=', partition)
		.where('account_id', '=', accountId)
		.where('category', '=', category)
		.where('state', 'in', REACHED_SOMEBODY)
		.where('claimed_at', '>=', since.getTime())
		.executeTakeFirstOrThrow();
	return { count, lastAt: last === null ? null : new Date(last) };
}
