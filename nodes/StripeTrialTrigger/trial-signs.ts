import type Stripe from 'stripe';
import type { Account } from '../../lifecycle/account.ts';
import { TRIAL_FINGERPRINT } from '../../lifecycle/eligibility.ts';
import type { Subscription } from '../../lifecycle/subscription.ts';
import type { StorePartition } from '../../services/store/index.ts';

/**
 * Keeps in mind, as hashes, the cards of people who have or had a trial: a rule of Trial > Start gives one trial per
 * card. https://docs.stripe.com/api/payment_methods/object#payment_method_object-card-fingerprint
 */
export async function rememberCards(
	{ trialHashes }: Pick<StorePartition, 'trialHashes'>,
	events: readonly Stripe.Event[],
	account: Pick<Account, 'lastTrialEndsAt'> | null,
): Promise<void> {
	const endsAt = account?.lastTrialEndsAt;
	if (!endsAt) return;
	for (const event of events) {
		if (event.type !== 'payment_method.attached') continue;
		const fingerprint = event.data.object.card?.fingerprint;
		if (fingerprint) await trialHashes.remember({ kind: 'card', value: fingerprint }, endsAt);
	}
}

/** Of trials that began on a page of Checkout: whoever made the page could not yet say that there was one. */
export async function rememberFingerprints(
	{ trialHashes }: Pick<StorePartition, 'trialHashes'>,
	subscriptions: readonly Subscription[],
): Promise<void> {
	for (const { metadata, trial } of subscriptions) {
		const hash = metadata[TRIAL_FINGERPRINT];
		if (hash && trial) await trialHashes.rememberHash('fingerprint', hash, trial.endsAt);
	}
}
