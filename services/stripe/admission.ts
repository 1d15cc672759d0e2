import type Stripe from 'stripe';
import {
	trialEligibility,
	type Eligibility,
	type EligibilityReason,
	type TrialElsewhere,
	type TrialPolicy,
} from '../../lifecycle/eligibility.ts';
import { isInTrial } from '../../lifecycle/trial.ts';
import { Failure } from '../failure.ts';
import { findCustomers, type Person } from './customer-search.ts';
import { accountIdOfPerson, pickCustomer } from './customers.ts';
import { listHistory, type Found } from './subscriptions.ts';

/** Somebody who asks for a trial. */
export interface TrialApplication {
	readonly person: Person;
	readonly policy: TrialPolicy;
	/** Trials that the history of the applicant does not tell of. Not asked for whom a trial runs already. */
	readonly trialsElsewhere: (applicant: Applicant) => Promise<readonly TrialElsewhere[]>;
}

export interface Applicant {
	/** Those of Stripe who may be this person. */
	readonly customers: readonly Stripe.Customer[];
	readonly accountId: string;
}

/** What the rules say of somebody who asks for a trial, and who that is. */
export interface Assessment {
	/** Undefined for a person whom Stripe does not know. */
	readonly customer: Stripe.Customer | undefined;
	/** All that this person ever subscribed to. */
	readonly history: readonly Found[];
	/** The trial that is running already. */
	readonly running: Found | undefined;
	readonly eligibility: Eligibility;
}

export interface Admission {
	/** Undefined for a person whom Stripe does not know. */
	readonly customer: Stripe.Customer | undefined;
	/** The trial that is running already. */
	readonly running: Found | undefined;
	/** How many this person had before. */
	readonly previousTrials: number;
}

/** Finds the person and asks the rules. Two calls, nothing is made. */
export async function assess(
	stripe: Stripe,
	{ person, policy, trialsElsewhere }: TrialApplication,
	now: Date,
): Promise<Assessment> {
	const customers = await findCustomers(stripe, person);
	const history = await listHistory(stripe, customers);
	const customer = pickCustomer(customers, person);
	const running = history.find(
		({ subscription }) => isInTrial(subscription, now) && subscription.customerId === customer?.id,
	);
	const accountId = accountIdOfPerson(person, customer);
	const eligibility = trialEligibility({
		email: person.email,
		history: history.map(({ subscription }) => subscription),
		trialsElsewhere: running ? [] : await trialsElsewhere({ customers, accountId }),
		policy,
		now,
	});
	return { customer, history, running, eligibility };
}

/** Finds the person and refuses a trial to whom the rules give none. */
export async function admitToTrial(
	stripe: Stripe,
	application: TrialApplication,
	now: Date,
): Promise<Admission> {
	const { customer, running, eligibility } = await assess(stripe, application, now);
	if (!running && !eligibility.eligible) throw refusal(application.person, eligibility);
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
	const messages: Partial<Record<EligibilityReason, string>> = {
		trialing: `${who} is in a trial under another account`,
		subscribed: `${who} is a customer already`,
		had_trial: `${who} already had a trial${last ? `, until ${last.endedAt.toISOString().slice(0, 10)}` : ''}`,
		same_card: `${who} has a card with which another trial was given or is just being started`,
		same_fingerprint: `Another trial was given or is just being started for the fingerprint of ${accountId ?? 'this person'}`,
		blocked_domain: `${who} has an e-mail of a domain that is blocked`,
	};
	return new Failure(messages[reason] ?? `${who} may not start a trial (${reason})`, {
		code: reason,
		hint: 'Offer a subscription instead. To give another trial all the same, set "Allow Another Trial" with a reason; it never opens a second subscription beside a live one.',
	});
}
