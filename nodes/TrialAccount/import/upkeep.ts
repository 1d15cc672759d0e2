import type { StorePartition } from '../../../services/store/index.ts';

/**
 * Makes visible the messages of which nobody will ever say what became of them, because the process that sent
 * them died: in the ledger they are `unknown` from now on, and each stands in the timeline of its account. One
 * statement, and as many entries as there were deaths.
 */
export async function tellUnknownOutcomes(
	{ sends, timeline }: Pick<StorePartition, 'sends' | 'timeline'>,
	executionId: string | undefined,
	now: Date,
): Promise<number> {
	const expired = await sends.expire(now);
	for (const { accountId, key, attempt, channel, category, claimedAt } of expired) {
		await timeline.append({
			accountId,
			at: claimedAt,
			kind: 'message_outcome_unknown',
			source: 'trialAccount',
			key: `message_outcome_unknown/${key}/${attempt}`,
			...(executionId === undefined ? {} : { executionId }),
			data: { channel, category, sendOnceKey: key },
		});
	}
	return expired.length;
}
