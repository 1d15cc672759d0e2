import type Stripe from 'stripe';
import { rememberDiscount } from '../../lifecycle/discount.ts';
import { idempotencyKey } from '../../lifecycle/idempotency-key.ts';
import type { MissingPaymentMethodBehavior } from '../../lifecycle/subscription.ts';
import { isInTrial, trialEnd, type TrialLength } from '../../lifecycle/trial.ts';
import { Failure } from '../failure.ts';
import { admitToTrial, type TrialApplication } from './admission.ts';
import { createOnce } from './create-once.ts';
import { ensureCustomer, type CustomerDetails, type EnsuredCustomer } from './customers.ts';
import type { FoundOffer } from './discounts.ts';
import { idOf } from './id-of.ts';
import { listHistory, toFound, WITH_CUSTOMER, type Found } from './subscriptions.ts';

export interface TrialOrder extends TrialApplication {
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
 * The whole job of starting a trial without a card: customer, eligibility, subscription. 3 calls for a new
 * customer, 2 when the trial runs already, and the same subscription however often it is called.
 */
export async function startTrial(
	stripe: Stripe,
	order: TrialOrder,
	now: Date,
): Promise<StartedTrial> {
	// Refuses an impossible length before anything is made.
	if (!('offer' in order.trial)) trialEnd(order.trial, now);

	const { customer, running, previousTrials } = await admitToTrial(stripe, order, now);
	const ensured = await ensureCustomer(stripe, order.person, order.details, customer);
	if (running) return { ...withCustomer(running, ensured), isNew: false };
	return await subscribe(stripe, order, ensured, previousTrials, now);
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
