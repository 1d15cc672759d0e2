import { readStage, type Found } from '../../services/stripe/subscriptions.ts';
import type { Result, StripeTrialServices } from './operation.ts';
import { toTrialRow } from './rows.ts';

/** A trial as it stands now. */
export async function toTrialResult(
	found: Found,
	{ stripe, clockOf, timeZone }: Pick<StripeTrialServices, 'stripe' | 'clockOf' | 'timeZone'>,
): Promise<Result> {
	const now = await clockOf(found.subscription);
	const stage = await readStage(stripe, found, now);
	return { row: toTrialRow(found, { stage, now, timeZone }), raw: found.raw };
}
