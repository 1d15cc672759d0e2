import { milestones } from '../acme/milestones.ts';
import { leavesAt } from './subscription-end.ts';
import type { Action } from './fates.ts';
import type { Person } from './people.ts';
import type { Services } from './services.ts';

/** How an action is offered, when it is possible, and what it does. */
interface Doing {
	readonly group: 'Billing' | 'Product' | 'Messages';
	readonly label: string;
	/** Said when it is done; the person's name goes before it. */
	readonly done: string;
	readonly isPossible: (person: Person) => boolean;
	readonly act: (person: Person, services: Services) => Promise<unknown>;
}

const ended = new Set(['canceled', 'incomplete_expired']);
/** Those that have an end of a period to wait for. */
const renewing = new Set(['trialing', 'active', 'past_due']);

function liveSubscription({ billing }: Person) {
	const subscription = billing?.subscription;
	return subscription && !ended.has(subscription.status) ? subscription : undefined;
}

function isLeaving(person: Person): boolean {
	const subscription = liveSubscription(person);
	return subscription !== undefined && leavesAt(subscription) !== null;
}

const customerOf = ({ billing }: Person) => billing?.customer.id ?? '';
const subscriptionOf = (person: Person) => liveSubscription(person)?.id ?? '';

function milestone({ name, label, done }: (typeof milestones)[number]): Doing {
	return {
		group: 'Product',
		label,
		done: `: ${done.toLowerCase()}`,
		isPossible: ({ product }) =>
			product?.status === 'ready' &&
			(product.level === 'full' || product.level === 'grace') &&
			!product.milestones.includes(name),
		act: async ({ product }, services) =>
			await services.reachMilestone(product?.accountId ?? '', name),
	};
}

const [project, teammate, data, board] = milestones;

const doings: Readonly<Record<Action, Doing>> = {
	add_good_card: {
		group: 'Billing',
		label: 'Add a good card',
		done: ' has added a good card',
		isPossible: ({ billing }) => billing !== undefined,
		act: async (person, services) => await services.giveCard(customerOf(person), 'good'),
	},
	add_failing_card: {
		group: 'Billing',
		label: 'Add a card that fails',
		done: ' has added a card that will fail',
		isPossible: ({ billing }) => billing !== undefined,
		act: async (person, services) => await services.giveCard(customerOf(person), 'declined'),
	},
	resume: {
		group: 'Billing',
		label: 'Resume',
		done: ' has resumed',
		isPossible: (person) => liveSubscription(person)?.status === 'paused',
		act: async (person, services) =>
			await services.stripe('POST', `/subscriptions/${subscriptionOf(person)}/resume`),
	},
	cancel_at_end: {
		group: 'Billing',
		label: 'Cancel at the end',
		done: ' has cancelled at the end of the period',
		isPossible: (person) =>
			renewing.has(liveSubscription(person)?.status ?? '') && !isLeaving(person),
		act: async (person, services) =>
			await services.stripe('POST', `/subscriptions/${subscriptionOf(person)}`, {
				cancel_at_period_end: 'true',
				'cancellation_details[feedback]': 'missing_features',
			}),
	},
	undo_cancellation: {
		group: 'Billing',
		label: 'Take it back',
		done: ' has taken the cancellation back',
		isPossible: isLeaving,
		act: async (person, services) =>
			await services.stripe('POST', `/subscriptions/${subscriptionOf(person)}`, {
				cancel_at_period_end: 'false',
			}),
	},
	cancel_now: {
		group: 'Billing',
		label: 'Cancel now',
		done: ' has cancelled',
		isPossible: (person) => liveSubscription(person) !== undefined,
		act: async (person, services) =>
			await services.stripe('DELETE', `/subscriptions/${subscriptionOf(person)}`),
	},
	created_project: milestone(project),
	invited_teammate: milestone(teammate),
	imported_data: milestone(data),
	shared_board: milestone(board),
	answer_message: {
		group: 'Messages',
		label: 'Answer the last message',
		done: ' has answered',
		isPossible: ({ contact }) => (contact?.lastMessageId ?? null) !== null,
		act: async ({ contact }, services) =>
			await services.answerMessage(
				contact?.id ?? '',
				contact?.lastMessageId ?? null,
				'Thank you, this helps. One question: how do I invite my team?',
			),
	},
	unsubscribe: {
		group: 'Messages',
		label: 'Unsubscribe',
		done: ' wants no more e-mail',
		isPossible: ({ contact }) => contact !== undefined && !contact.isUnsubscribed,
		act: async ({ contact }, services) => await services.unsubscribe(contact?.id ?? ''),
	},
};

export function isPossible(action: Action, person: Person): boolean {
	return doings[action].isPossible(person);
}

/** Does it, and says what was done. */
export async function perform(action: Action, person: Person, services: Services): Promise<string> {
	const { act, done } = doings[action];
	await act(person, services);
	return `${person.name}${done}.`;
}

export interface ActionGroup {
	readonly group: Doing['group'];
	readonly items: ReadonlyArray<{
		readonly action: Action;
		readonly label: string;
		readonly isDisabled: boolean;
	}>;
}

/** What can be offered for a person, by part of their life. First steps stay in view when they are taken. */
export function actionsFor(person: Person): readonly ActionGroup[] {
	return (['Billing', 'Product', 'Messages'] as const)
		.map((group) => ({
			group,
			items: (Object.entries(doings) as ReadonlyArray<[Action, Doing]>)
				.filter(([, doing]) => doing.group === group)
				.map(([action, { label }]) => ({
					action,
					label,
					isDisabled: !isPossible(action, person),
				}))
				.filter(({ isDisabled }) => group === 'Product' || !isDisabled),
		}))
		.filter(({ items }) => items.length > 0);
}
