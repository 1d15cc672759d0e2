import type { Step, StepConditions } from './step.ts';

interface PresetStep extends Omit<Partial<Step>, 'conditions'> {
	readonly name: string;
	readonly key: string;
	readonly amount: number;
	readonly conditions?: Partial<StepConditions>;
}

const NINE = 9 * 60;
const TEN = 10 * 60;

const WITHOUT_CONDITIONS: StepConditions = {
	cardOnFile: 'any',
	milestonesDone: [],
	milestonesMissing: [],
	reasons: [],
	plans: [],
	languages: [],
};

/** Journeys that most products need, ready to run; who wants others writes their own steps. */
export const PRESETS = {
	onboarding: [
		// It answers the sign-up, so it comes at once, whatever the hour.
		afterStart({
			name: 'Welcome',
			key: 'welcome',
			amount: 0,
			timeOfDay: null,
			category: 'transactional',
		}),
		afterStart({
			name: 'First project',
			key: 'first_project',
			amount: 1,
			conditions: { milestonesMissing: ['created_project'] },
		}),
		afterStart({
			name: 'Invite the team',
			key: 'invite_team',
			amount: 3,
			conditions: {
				milestonesDone: ['created_project'],
				milestonesMissing: ['invited_teammate'],
			},
		}),
		afterStart({
			name: 'Need a hand?',
			key: 'need_a_hand',
			amount: 5,
			conditions: { milestonesMissing: ['created_project'] },
		}),
	],
	conversion: [
		// Eight, so that whatever the hour it comes at least seven days before the charge, as card networks demand:
		// https://docs.stripe.com/billing/subscriptions/trials#compliance
		beforeEnd({
			name: 'Card trial: 7 days left',
			key: 'card_seven_days_left',
			amount: 8,
			conditions: { cardOnFile: 'yes' },
			category: 'transactional',
			// Late, after an outage, it still names the day and the way out.
			usefulForHours: 144,
		}),
		beforeEnd({ name: '7 days left', key: 'seven_days_left', amount: 7 }),
		beforeEnd({ name: '3 days left', key: 'three_days_left', amount: 3 }),
		beforeEnd({ name: 'Talk to us?', key: 'talk_to_us', amount: 2 }),
		beforeEnd({ name: '1 day left', key: 'one_day_left', amount: 1 }),
		beforeEnd({ name: 'Last day', key: 'last_day', amount: 0 }),
	],
	recovery: [
		afterLapse({ name: 'What was missing?', key: 'what_was_missing', amount: 3 }),
		afterLapse({
			name: 'What is new',
			key: 'what_is_new',
			amount: 7,
			conditions: { milestonesDone: ['created_project'] },
		}),
		afterLapse({
			name: 'Start again with one step',
			key: 'start_again',
			amount: 7,
			conditions: { milestonesMissing: ['created_project'] },
		}),
		afterLapse({ name: 'Last word', key: 'last_word', amount: 28 }),
		afterLeaving({
			name: 'Customer: what was missing?',
			key: 'customer_what_was_missing',
			amount: 3,
		}),
		afterLeaving({ name: 'Customer: last word', key: 'customer_last_word', amount: 28 }),
	],
} as const satisfies Record<string, readonly Step[]>;

export type PresetName = keyof typeof PRESETS;

function afterStart(step: PresetStep): Step {
	return toStep({
		anchor: 'trialStart',
		direction: 'after',
		timeOfDay: TEN,
		usefulForHours: 48,
		...step,
	});
}

/** Whoever gave a card has said what they want; the countdown is for the others. */
function beforeEnd({ conditions, ...step }: PresetStep): Step {
	return toStep({
		anchor: 'trialEnd',
		direction: 'before',
		timeOfDay: NINE,
		usefulForHours: 24,
		conditions: { cardOnFile: 'no', ...conditions },
		...step,
	});
}

function afterLapse(step: PresetStep): Step {
	return toStep({
		anchor: 'lapse',
		direction: 'after',
		timeOfDay: TEN,
		usefulForHours: 72,
		...step,
	});
}

/** From the day on which they really left, however long before they asked to. */
function afterLeaving(step: PresetStep): Step {
	return { ...afterLapse(step), anchor: 'subscriptionEnd' };
}

function toStep(
	step: PresetStep & Pick<Step, 'anchor' | 'direction' | 'timeOfDay' | 'usefulForHours'>,
): Step {
	return {
		unit: 'days',
		category: 'marketing',
		settledBy: 'message',
		...step,
		conditions: { ...WITHOUT_CONDITIONS, ...step.conditions },
	};
}
