import type Stripe from 'stripe';
import type { Stage } from '../../lifecycle/stage.ts';
import { mayBeWanted, statusesOf, type TrialFilter } from '../../lifecycle/trial-filter.ts';
import { inBatches } from './batches.ts';
import type { ClockOf } from './clock.ts';
import { listSubscriptions, type SubscriptionFilter } from './list-subscriptions.ts';
import { readStage, type Found } from './subscriptions.ts';

export interface FoundTrial extends Found {
	readonly stage: Stage;
	/** By the clock that counts for it. */
	readonly now: Date;
}

/** So many are asked about at the same time what they have paid. */
const AT_ONCE = 10;
const DAY_MS = 86_400_000;

/** Trials one by one; Stripe is asked about payments only where status and dates leave it open. */
export async function* listTrials(
	stripe: Stripe,
	filter: TrialFilter,
	where: Omit<SubscriptionFilter, 'statuses' | 'periodEnds'>,
	{ clockOf, now }: { readonly clockOf: ClockOf; readonly now: Date },
): AsyncGenerator<FoundTrial> {
	const candidates = listSubscriptions(stripe, {
		...where,
		statuses: statusesOf(filter.stage),
		...(filter.endsWithinDays === null
			? {}
			: {
					periodEnds: { from: now, to: new Date(now.getTime() + filter.endsWithinDays * DAY_MS) },
				}),
	});
	for await (const batch of inBatches(candidates, AT_ONCE)) {
		const trials = await Promise.all(batch.map(judge));
		for (const trial of trials) if (trial) yield trial;
	}

	async function judge(found: Found): Promise<FoundTrial | null> {
		const itsNow = await clockOf(found.subscription);
		if (!mayBeWanted(found.subscription, filter, itsNow)) return null;
		const stage = await readStage(stripe, found, itsNow);
		const isWanted = filter.stage === null || filter.stage === stage;
		return isWanted ? { ...found, stage, now: itsNow } : null;
	}
}
