import type Stripe from 'stripe';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import type { SubscriptionStatus } from '../../lifecycle/subscription.ts';
import {
	extensionsOf,
	judgeExtension,
	type ExtensionRefusal,
	type ExtensionRequest,
} from '../../lifecycle/trial-extension.ts';
import { Failure } from '../failure.ts';
import { bringAbout } from './bring-about.ts';
import {
	retrieveFound,
	toFound,
	WITH_INVOICE,
	type ChangedFound,
	type Found,
} from './subscriptions.ts';

/**
 * Moves the end of a trial, within the operator's limits. What was granted is remembered by the subscription
 * itself, in the same request. https://docs.stripe.com/billing/subscriptions/trials/free-trials
 */
export async function extendTrial(
	stripe: Stripe,
	found: Found,
	request: ExtensionRequest,
	now: Date,
): Promise<ChangedFound> {
	const { id } = found.subscription;
	if (found.raw.trial_end === null && found.subscription.trial) throw endsByItsOffer(id);
	const verdict = judgeExtension(found.subscription, request, now);
	if (verdict.kind === 'done') return { ...found, changed: false };
	if (verdict.kind === 'refused') throw refusal(found, verdict.reason, request);

	const { metadata, endsAt } = verdict;
	const { object, changed } = await bringAbout({
		key: idempotencyKey('extend', id, JSON.stringify(metadata)),
		make: async (options) =>
			await stripe.subscriptions.update(
				id,
				{
					trial_end: Math.round(endsAt.getTime() / 1000),
					// The free days cost nothing now and change nothing on the next invoice.
					proration_behavior: 'none',
					metadata,
					expand: WITH_INVOICE,
				},
				options,
			),
		read: async () => (await retrieveFound(stripe, id)).raw,
		isSo: (raw) => judgeExtension(toFound(raw).subscription, request, now).kind === 'done',
	});
	return { ...toFound(object), changed };
}

function endsByItsOffer(id: string): Failure {
	return new Failure(
		`The trial ${id} comes from a trial offer and ends by the rules of that offer`,
		{
			code: 'trial_offer',
			hint: 'Stripe has no way to extend it. Only trials that were started with a length can be extended.',
		},
	);
}

function refusal(
	{ subscription }: Found,
	reason: ExtensionRefusal,
	{ limits }: ExtensionRequest,
): Failure {
	const { id, status } = subscription;
	const { count, days } = extensionsOf(subscription);
	switch (reason) {
		case 'no_trial':
			return new Failure(`${id} is not in a trial that could go on: it is ${status}`, {
				code: reason,
				hint: whatNext(status),
			});
		case 'not_later':
			return new Failure(`The trial ${id} already lasts longer than that`, {
				code: reason,
				hint: 'Give a later date. A trial is shortened by Trial > Convert or Trial > Cancel.',
			});
		case 'too_often':
			return new Failure(
				`The trial ${id} was extended ${count} times, the limit is ${limits.maxExtensions}`,
				{
					code: reason,
					hint: 'Raise "Most Extensions" if this customer shall have another one.',
				},
			);
		case 'too_long':
			return new Failure(
				`The trial ${id} would be extended by more than ${limits.maxDaysInAll} days in all (so far: ${days})`,
				{ code: reason, hint: 'Extend by fewer days, or raise "Most Days in All".' },
			);
	}
}

function whatNext(status: SubscriptionStatus): string {
	return status === 'canceled'
		? 'A canceled trial is over for good. Start another one by Trial > Start with a reason in "Allow Another Trial".'
		: 'It has become a subscription. To give free days to a customer, use a discount (Subscription > Apply Discount).';
}
