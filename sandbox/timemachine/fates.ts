import { createRandom } from '../kernel/faults.ts';

/** Everything that a person can do, or the time machine for them. */
export const actions = [
	'add_good_card',
	'add_failing_card',
	'resume',
	'cancel_at_end',
	'undo_cancellation',
	'cancel_now',
	'created_project',
	'invited_teammate',
	'imported_data',
	'shared_board',
	'answer_message',
	'unsubscribe',
] as const;

export type Action = (typeof actions)[number];

export function isAction(name: unknown): name is Action {
	return actions.some((action) => action === name);
}

/** Something that a person will do by themselves so many days after they signed up. */
export interface Plan {
	readonly afterDays: number;
	readonly action: Action;
}

interface Fate {
	readonly label: string;
	readonly plans: readonly Plan[];
}

export const fates = {
	open: { label: 'You decide', plans: [] },
	stays: {
		label: 'Likes it, adds a card, stays',
		plans: [
			{ afterDays: 0.1, action: 'created_project' },
			{ afterDays: 2, action: 'invited_teammate' },
			{ afterDays: 4, action: 'imported_data' },
			{ afterDays: 8, action: 'add_good_card' },
		],
	},
	forgets: {
		label: 'Looks once and forgets',
		plans: [{ afterDays: 0.1, action: 'created_project' }],
	},
	never_starts: { label: 'Never does anything', plans: [] },
	leaves: {
		label: 'Cancels during the trial',
		plans: [
			{ afterDays: 1, action: 'created_project' },
			{ afterDays: 5, action: 'cancel_at_end' },
		],
	},
	wavers: {
		label: 'Cancels, then thinks again',
		plans: [
			{ afterDays: 1, action: 'created_project' },
			{ afterDays: 4, action: 'add_good_card' },
			{ afterDays: 6, action: 'cancel_at_end' },
			{ afterDays: 9, action: 'undo_cancellation' },
		],
	},
	card_fails: {
		label: 'Has a card that fails, repairs it',
		plans: [
			{ afterDays: 0.5, action: 'created_project' },
			{ afterDays: 7, action: 'add_failing_card' },
			{ afterDays: 19, action: 'add_good_card' },
		],
	},
	card_keeps_failing: {
		label: 'Has a card that fails and stays so',
		plans: [
			{ afterDays: 1, action: 'imported_data' },
			{ afterDays: 10, action: 'add_failing_card' },
		],
	},
	returns: {
		label: 'Comes back after the trial',
		plans: [
			{ afterDays: 3, action: 'created_project' },
			{ afterDays: 24, action: 'add_good_card' },
			{ afterDays: 24.1, action: 'resume' },
		],
	},
} as const satisfies Record<string, Fate>;

export type FateName = keyof typeof fates;

export function isFateName(name: unknown): name is FateName {
	return typeof name === 'string' && Object.hasOwn(fates, name);
}

export interface CrowdMember {
	readonly name: string;
	readonly email: string;
	readonly fate: FateName;
}

const firstNames = (
	'Ada Alma Amir Anil Astrid Bao Bela Carla Chidi Dario Dina Elif Emil Fatou Finn Gita Hana Hugo Ida Imani ' +
	'Ivo Jana Joao Kaito Kofi Lea Liam Lina Malik Mara Mei Milo Nadia Noor Olga Omar Pia Quinn Rosa Sami'
).split(' ');
const lastNames = (
	'Abe Baker Costa Diallo Ek Fischer Garcia Haddad Ito Jensen Kaur Lind Moreau Novak Okoye Petrov Quist Rossi ' +
	'Silva Tan Urban Varga Weber Xu Yilmaz Zhou'
).split(' ');

/** People who do not exist; the same place in the row is always the same person with the same fate. */
export function crowd(from: number, count: number): readonly CrowdMember[] {
	return Array.from({ length: count }, (_, index) => {
		const random = createRandom(from + index + 1);
		const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
		const [first, last] = [pick(firstNames), pick(lastNames)];
		const names = Object.keys(fates)
			.filter(isFateName)
			.filter((name) => name !== 'open');
		return {
			name: `${first} ${last}`,
			email: `${first}.${last}.${from + index + 1}@example.com`.toLowerCase(),
			fate: pick(names),
		};
	});
}
