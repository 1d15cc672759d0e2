import { mergeFacts, type Account, type AccountFacts } from '../../../lifecycle/account.ts';
import type { Traveller } from '../../../lifecycle/journey/conditions.ts';
import type { Journey, Step, StepConditions } from '../../../lifecycle/journey/step.ts';
import { aSubscription } from '../../support/subscription.ts';

export const STARTED = new Date('2027-01-10T10:00:00Z');
export const ENDS = new Date('2027-01-24T10:00:00Z');

export const ANYBODY: StepConditions = {
	cardOnFile: 'any',
	milestonesDone: [],
	milestonesMissing: [],
	reasons: [],
	plans: [],
	languages: [],
};

/** Three days before the trial ends, at nine, for a day. */
export function aStep(more: Partial<Step> = {}): Step {
	return {
		name: '3 days left',
		key: 'three_days_left',
		anchor: 'trialEnd',
		direction: 'before',
		amount: 3,
		unit: 'days',
		timeOfDay: 9 * 60,
		conditions: ANYBODY,
		category: 'marketing',
		usefulForHours: 24,
		settledBy: 'message',
		...more,
	};
}

export function aJourney(more: Partial<Journey> = {}): Journey {
	return {
		name: 'conversion',
		audience: ['trialing'],
		steps: [aStep()],
		pacing: { quiet: null, weekdays: [], gapHours: 0, timeZone: 'UTC' },
		exits: { converted: true, replied: true, unsubscribed: true, milestones: [], afterDays: null },
		variants: [],
		...more,
	};
}

/** Somebody in a trial of 14 days without a card. */
export function aTraveller(
	facts: Partial<AccountFacts> = {},
	milestones: readonly string[] = [],
): Traveller {
	return { account: anAccount(facts), milestones };
}

export function anAccount(facts: Partial<AccountFacts> = {}): Account {
	const subscription = aSubscription({
		createdAt: STARTED,
		trial: { startedAt: STARTED, endsAt: ENDS },
	});
	return mergeFacts(null, { accountId: 'acme-1', at: STARTED, subscription, ...facts }, STARTED);
}
