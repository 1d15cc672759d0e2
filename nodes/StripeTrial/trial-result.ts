import { stageOf } from '../../lifecycle/stage.ts';
import { hasPaid, type Found } from '../../services/stripe/subscriptions.ts';
import type { Result, StripeTrialServices } from './operation.ts';
import { toTrialRow } from './rows.ts';

/** A trial as it stands now. Only one that is over leaves the question whether anything was paid. */
export async function toTrialResult(
	found: Found,
	{ stripe, clockOf, timeZone }: Pick<StripeTrialServices, 'stripe' | 'clockOf' | 'timeZone'>,
): Promise<Result> {
	const { subscription, raw } = found;
	const now = await clockOf(subscription);
	const facts = {
		hasPaid: subscription.status !== 'trialing' && (await hasPaid(stripe, subscription)),
	};
	const stage = stageOf(subscription, facts, now);
	return { row: toTrialRow(found, { stage, now, timeZone }), raw };
}
