import type Stripe from 'stripe';
import { rememberDiscount } from '../../lifecycle/discount.ts';
import {
	ONE_TRIAL_EVER,
	trialEligibility,
	type Eligibility,
	type TrialElsewhere,
} from '../../lifecycle/eligibility.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import type { MissingPaymentMethodBehavior, Subscription } from '../../lifecycle/subscription.ts';
import { trialEnd, type TrialLength } from '../../lifecycle/trial.ts';
import { Failure } from '../failure.ts';
import { createOnce } from './create-once.ts';
import {
	ensureCustomer,
	findCustomers,
	pickCustomer,
	type CustomerDetails,
	type EnsuredCustomer,
	type Person,
} from './customers.ts';
import type { FoundOffer } from './discounts.ts';
import { idOf } from './id-of.ts';
import { listHistory, toFound, WITH_CUSTOMER, type Found } from './subscriptions.ts';

export interface TrialOrder {
	readonly person: Person;
	readonly details: CustomerDetails;
	readonly items: readonly OrderedItem[];
	/** Free until then; or as a trial offer has it, for the item that has the offer's price. */
	readonly trial: TrialLength | { readonly offer: Stripe.ProductCatalog.TrialOffer };
	readonly withoutPaymentMethod: MissingPaymentMethodBehavior;
	/** From the first charge on. */
	readonly offer: FoundOffer | null;
	/** Lets Stripe Tax compute taxes. */
	readonly hasAutomaticTax: boolean;
	readonly metadata: Readonly<Record<string, string>>;
	/** A human's reason to give a trial to somebody who had one; null for the rule "one trial ever". */
	readonly overrideReason: string | null;
	/** Trials that Stripe does not know of. */
	readonly trialsElsewhere: readonly TrialElsewhere[];
}

export interface OrderedItem {
	readonly priceId: string;
	readonly quantity: number;
}

export interface StartedTrial extends Found {
	readonly accountId: string;
	/** False when the trial was running already. */
	readonly isNew: boolean;
}

/**
 * The whole job of starting a trial without a card: customer, eligibility, subscription. 4 calls for a new
 * customer, 2 when the trial runs already, and the same subscription however often it is called.
 */
export async function startTrial(
	stripe: Stripe,
	order: TrialOrder,
	now: Date,
): Promise<StartedTrial> {
	// Refuses an impossible length before anything is made.
	if (!('offer' in order.trial)) trialEnd(order.trial, now);

	const candidates = await findCustomers(stripe, order.person);
	const picked = pickCustomer(candidates, order.person);
	const history = await listHistory(stripe, candidates);
	const running = history.find(
		({ subscription }) => isInTrial(subscription, now) && subscription.customerId === picked?.id,
	);
	const eligibility = trialEligibility({
		email: order.person.email,
		history: history.map(({ subscription }) => subscription),
		trialsElsewhere: order.trialsElsewhere,
		policy: {
			...ONE_TRIAL_EVER,
			override: order.overrideReason === null ? null : { reason: order.overrideReason },
		},
		now,
	});
	if (!running && !eligibility.eligible) throw refusal(order.person, eligibility);

	const ensured = await ensureCustomer(stripe, order.person, order.details, picked);
	if (running) return { ...withCustomer(running, ensured), isNew: false };
	return await subscribe(stripe, order, ensured, eligibility.previousTrials.length, now);
}

/** The customer as it is after its details were brought up to date. */
function withCustomer(found: Found, { customer, accountId }: EnsuredCustomer) {
	return { ...found, customer, accountId, raw: { ...found.raw, customer } };
}

async function subscribe(
	stripe: Stripe,
	order: TrialOrder,
	{ customer, accountId }: EnsuredCustomer,
	trialsBefore: number,
	now: Date,
): Promise<StartedTrial> {
	const { object, isNew } = await createOnce<Stripe.Subscription>({
		// The count lets an allowed second trial start, and nothing else start a second one.
		key: idempotencyKey('trial', accountId, String(trialsBefore)),
		create: async (options) =>
			await stripe.subscriptions.create(toParams(order, customer, accountId), options),
		find: async () => {
			const history = await listHistory(stripe, [customer]);
			return history.find(({ subscription }) => isInTrial(subscription, now))?.raw;
		},
	});
	// A replayed answer shows the past; what counts is how the subscription stands now.
	const found = toFound(
		isNew ? object : await stripe.subscriptions.retrieve(object.id, { expand: WITH_CUSTOMER }),
	);
	const { id, status } = found.subscription;
	if (isInTrial(found.subscription, now)) return { ...found, accountId, isNew };
	throw new Failure(`The trial ${id} of ${accountId} was started before and is now ${status}`, {
		code: 'had_trial',
		hint: 'Look at it with Trial > Get. A trial that is over is continued by a subscription, not started again.',
	});
}

function toParams(
	order: TrialOrder,
	customer: Stripe.Customer,
	accountId: string,
): Stripe.SubscriptionCreateParams {
	return {
		customer: customer.id,
		items: order.items.map(({ priceId, quantity }) => ({
			price: priceId,
			quantity,
			...offerFor(priceId, order),
		})),
		...lengthOf(order),
		trial_settings: { end_behavior: { missing_payment_method: order.withoutPaymentMethod } },
		payment_settings: { save_default_payment_method: 'on_subscription' },
		...(order.offer ? { discounts: [order.offer.redemption] } : {}),
		...(order.hasAutomaticTax ? { automatic_tax: { enabled: true } } : {}),
		metadata: {
			...order.metadata,
			...(order.offer ? rememberDiscount({}, order.offer.couponId) : {}),
			account_id: accountId,
		},
		expand: WITH_CUSTOMER,
	};
}

/** https://docs.stripe.com/billing/subscriptions/trials/free-trials */
function lengthOf({ trial }: TrialOrder) {
	if ('offer' in trial) return {};
	return 'days' in trial
		? { trial_period_days: trial.days }
		: { trial_end: Math.round(trial.endsAt.getTime() / 1000) };
}

/** https://docs.stripe.com/billing/subscriptions/trials */
function offerFor(priceId: string, { trial }: TrialOrder) {
	if (!('offer' in trial) || idOf(trial.offer.price) !== priceId) return {};
	return { current_trial: { trial_offer: trial.offer.id } };
}

/** A trial offer that costs something makes the subscription active from the start. */
function isInTrial({ status, trial }: Subscription, now: Date): boolean {
	return status === 'trialing' || (status === 'active' && trial !== null && trial.endsAt > now);
}

function refusal({ accountId }: Person, { reason, previousTrials }: Eligibility): Failure {
	const who = accountId ?? 'This person';
	const last = previousTrials.at(-1);
	const message = {
		trialing: `${who} is in a trial under another account`,
		subscribed: `${who} is a customer already`,
		had_trial: `${who} already had a trial${last ? `, until ${last.endedAt.toISOString().slice(0, 10)}` : ''}`,
	};
	return new Failure(
		reason in message
			? message[reason as keyof typeof message]
			: `${who} may not start a trial (${reason})`,
		{
			code: reason,
			hint: 'Offer a subscription instead. To give another trial all the same, set "Allow Another Trial" with a reason; it never opens a second subscription beside a live one.',
		},
	);
}
