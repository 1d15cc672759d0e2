import type { MessageCategory } from '../consent.ts';
import type { Stage } from '../stage.ts';

/** What a step's time is counted from. */
export const STEP_ANCHORS = [
	'trialStart',
	'trialEnd',
	'lapse',
	'cancellation',
	'subscriptionEnd',
	'firstFailedPayment',
	'signUp',
] as const;
export type StepAnchor = (typeof STEP_ANCHORS)[number];

/** One message or action of a journey: when it is due, and for whom. */
export interface Step {
	/** What the output is called. */
	readonly name: string;
	/** Part of the send-once key: stays while the name may change. */
	readonly key: string;
	readonly anchor: StepAnchor;
	readonly direction: 'before' | 'after';
	readonly amount: number;
	readonly unit: 'days' | 'hours';
	/** Minutes since midnight where the contact lives; null for the very instant. */
	readonly timeOfDay: number | null;
	readonly conditions: StepConditions;
	readonly category: MessageCategory;
	/** How long after it was due it is better sent than not. */
	readonly usefulForHours: number;
	/** `message`: by what became of the message. `emission`: by having come out of the node. */
	readonly settledBy: 'message' | 'emission';
}

/** An empty list asks for nothing. */
export interface StepConditions {
	readonly cardOnFile: 'any' | 'yes' | 'no';
	readonly milestonesDone: readonly string[];
	/** Every one of them has to be missing. */
	readonly milestonesMissing: readonly string[];
	readonly reasons: readonly string[];
	readonly plans: readonly string[];
	readonly languages: readonly string[];
}

/** Steps with a name, for whom they are, how they are paced, and what ends them. */
export interface Journey {
	readonly name: string;
	readonly audience: readonly Stage[];
	readonly steps: readonly Step[];
	readonly pacing: Pacing;
	readonly exits: Exits;
	readonly variants: readonly Variant[];
}

/** When marketing may go out. Transactional messages and actions come when they are due. */
export interface Pacing {
	/** Minutes since midnight; over midnight where the end comes first. */
	readonly quiet: { readonly from: number; readonly to: number } | null;
	/** Monday is 1; empty for all. */
	readonly weekdays: readonly number[];
	/** Between two marketing messages, whatever journeys they belong to. */
	readonly gapHours: number;
	/** For contacts whose own time zone is not known. */
	readonly timeZone: string;
}

/** What ends the journey for somebody. */
export interface Exits {
	readonly converted: boolean;
	readonly replied: boolean;
	readonly unsubscribed: boolean;
	/** Any of them. */
	readonly milestones: readonly string[];
	/** So long after the anchor; null for no such end. */
	readonly afterDays: number | null;
}

/** One arm of a split; what is missing to 100 percent is the hold-out. */
export interface Variant {
	readonly name: string;
	readonly percent: number;
}

/** Whether pacing and the wishes of the reader hold for it. */
export function isMarketing({ settledBy, category }: Step): boolean {
	return settledBy === 'message' && category === 'marketing';
}
