import { actionsFor, type ActionGroup } from './actions.ts';
import { cardInUse } from './billing.ts';
import { cardName } from './billing-sentences.ts';
import { timelineOf, type Person } from './people.ts';
import { levelName } from './product-view.ts';
import { stageOf } from './stage.ts';
import type { TimelineEntry } from './timeline.ts';
import { upcomingBilling, type Upcoming } from './upcoming.ts';

/** A person in the list. */
export interface PersonSummary {
	readonly id: string;
	readonly name: string;
	readonly email: string;
	readonly stage: { readonly label: string; readonly tone: string };
	readonly note: string;
	readonly isMoving: boolean;
}

/** A person in full. */
export interface PersonView extends PersonSummary {
	readonly now: string;
	readonly facts: readonly Fact[];
	readonly actions: readonly ActionGroup[];
	readonly upcoming: readonly Upcoming[];
	readonly timeline: readonly TimelineEntry[];
}

interface Fact {
	readonly name: string;
	readonly label: string;
	readonly tone?: string;
	readonly href?: string;
}

export function summaryOf(person: Person, now: Date, isMoving: boolean): PersonSummary {
	const { label, tone, note } = stageOf(person.billing, now);
	const { id, name, email } = person;
	return { id, name, email, stage: { label, tone }, note, isMoving };
}

export function viewOf(person: Person, now: Date, isMoving: boolean): PersonView {
	return {
		...summaryOf(person, now, isMoving),
		now: now.toISOString(),
		facts: factsOf(person, now),
		actions: actionsFor(person),
		upcoming: upcomingFor(person, now),
		timeline: timelineOf(person),
	};
}

/** What is due next for a person, soonest first. */
export function upcomingFor({ billing }: Person, now: Date): readonly Upcoming[] {
	if (!billing) return [];
	const hasCard = cardInUse(billing) !== undefined;
	return upcomingBilling(billing.subscription, [...billing.invoices.values()], hasCard, now);
}

function factsOf(person: Person, now: Date): readonly Fact[] {
	const { billing, product, contact } = person;
	const { label, note, tone } = stageOf(billing, now);
	const card = billing && cardInUse(billing);
	const level = product && levelName(product.status === 'ready' ? product.level : product.status);
	return [
		{ name: 'stage', label: `${label}, ${note}`, tone },
		{ name: 'card', label: card ? cardName(card) : 'No card', tone: '' },
		...(level ? [{ name: 'access', label: level.title, tone: level.tone }] : []),
		...(contact?.isUnsubscribed
			? [{ name: 'unsubscribed', label: 'Unsubscribed', tone: 'warn' }]
			: []),
		...(product ? [{ name: 'board', label: 'Open their board', href: product.url }] : []),
	];
}
