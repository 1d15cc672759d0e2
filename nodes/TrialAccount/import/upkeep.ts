import type { StorePartition } from '../../../services/store/index.ts';
import { outcomeUnknown } from '../../../services/store/send-news.ts';

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
	for (const send of expired) {
		await timeline.append({
			...outcomeUnknown(send, send.attempt, send.claimedAt),
			accountId: send.accountId,
			source: 'trialAccount',
			...(executionId === undefined ? {} : { executionId }),
		});
	}
	return expired.length;
}
