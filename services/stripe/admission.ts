import type Stripe from 'stripe';
import {
	ONE_TRIAL_EVER,
	trialEligibility,
	type Eligibility,
	type TrialElsewhere,
} from '../../lifecycle/eligibility.ts';
import { isInTrial } from '../../lifecycle/trial.ts';
import { Failure } from '../failure.ts';
import { findCustomers, type Person } from './customer-search.ts';
import { pickCustomer } from './customers.ts';
import { listHistory, type Found } from './subscriptions.ts';

/** Somebody who asks for a trial. */
export interface TrialApplication {
	readonly person: Person;
	/** A human's reason to give a trial to somebody who had one; null for the rule "one trial ever". */
	readonly overrideReason: string | null;
	/** Trials that Stripe does not know of. */
	readonly trialsElsewhere: readonly TrialElsewhere[];
}

export interface Admission {
	/** Undefined for a person whom Stripe does not know. */
	readonly customer: Stripe.Customer | undefined;
	/** The trial that is running already. */
	readonly running: Found | undefined;
	/** How many this person had before. */
	readonly previousTrials: number;
}

/** Finds the person and refuses a trial to whom the rules give none. Two calls, nothing is made. */
export async function admitToTrial(
	stripe: Stripe,
	{ person, overrideReason, trialsElsewhere }: TrialApplication,
	now: Date,
): Promise<Admission> {
	const candidates = await findCustomers(stripe, person);
	const customer = pickCustomer(candidates, person);
	const history = await listHistory(stripe, candidates);
	const running = history.find(
		({ subscription }) => isInTrial(subscription, now) && subscription.customerId === customer?.id,
	);
	const eligibility = trialEligibility({
		email: person.email,
		history: history.map(({ subscription }) => subscription),
		trialsElsewhere,
		policy: {
			...ONE_TRIAL_EVER,
			override: overrideReason === null ? null : { reason: overrideReason },
		},
		now,
	});
	if (!running && !eligibility.eligible) throw refusal(person, eligibility);
	return { customer, running, previousTrials: eligibility.previousTrials.length };
}

/** Finds the person and refuses a second subscription beside a live one. */
export async function admitToSubscription(stripe: Stripe, person: Person): Promise<Admission> {
	const candidates = await findCustomers(stripe, person);
	const history = await listHistory(stripe, candidates);
	const live = history.find(({ subscription: { endedAt } }) => endedAt === null);
	if (!live) {
		return { customer: pickCustomer(candidates, person), running: undefined, previousTrials: 0 };
	}
	const { id, status } = live.subscription;
	throw new Failure(`${person.accountId ?? 'This person'} has a subscription: ${id} is ${status}`, {
		code: 'subscribed',
		hint: 'Change it (Subscription > Change Plan or Reactivate), or send a link to its portal.',
	});
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
