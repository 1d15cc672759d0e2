import type { Account } from '../account.ts';
import { isMeantFor, type Traveller } from './conditions.ts';
import { exitFor, type ExitMoment, type ExitReason } from './exits.ts';
import { isAllowed } from './pacing.ts';
import { sendOnceKey } from './send-once-key.ts';
import { variantOf } from './split.ts';
import { isMarketing, type Journey, type Step } from './step.ts';
import { windowOf, zoneOf, type StepWindow } from './timing.ts';

/** What the ledger says of one step for one account. */
export interface Standing {
	/**
	 * `repeatable`: given out, and what became of it went wrong or nobody knows. `put_off`: was due before and could
	 * not be given out.
	 */
	readonly state: 'settled' | 'under_way' | 'repeatable' | 'put_off';
	/** Whether it went out, or may have. */
	readonly hasReached: boolean;
}

/** Why a step does not happen now. Those of `Ending` are written down, the others may change by themselves. */
export type Why =
	| 'no_anchor_or_trial_too_short'
	| 'settled_before'
	| 'under_way'
	| 'not_yet_due'
	| 'too_late'
	| 'not_in_audience'
	| 'conditions'
	| 'quiet_hours'
	| Ending;

export type Ending = ExitReason | 'hold_out' | 'missed' | 'superseded' | 'not_delivered';

/** A step of one account, identified. */
export interface StepOf extends StepWindow {
	readonly step: Step;
	readonly key: string;
}

export interface Verdict {
	/** What comes out now: any number of actions, one message at most. */
	readonly emit: ReadonlyArray<StepOf & { readonly variant: string | null }>;
	/** What never comes any more. */
	readonly end: ReadonlyArray<StepOf & { readonly why: Ending }>;
	/** Overtaken by the message that comes out now; holds only if that one does. */
	readonly superseded: readonly StepOf[];
	/** Every other step, in order. */
	readonly wait: readonly Waiting[];
}

export interface Waiting {
	readonly step: Step;
	readonly why: Why;
	/** Null where the step never comes. */
	readonly window: StepWindow | null;
}

export interface Moment extends ExitMoment {
	/** When the journey was last looked after, by the same clock; what closed before is nobody's loss. */
	readonly lastLookAt: Date | null;
}

/** What a journey does for one account at one moment. */
export function decide(
	journey: Journey,
	traveller: Traveller,
	ledger: ReadonlyMap<string, Standing>,
	moment: Moment,
): Verdict {
	const considered = journey.steps.map((step) =>
		consider(step, journey, traveller, ledger, moment),
	);
	const open = considered.flatMap((one) => (one.kind === 'open' ? [one.of] : []));
	const reached = considered.flatMap((one) => (one.kind === 'reached' ? [one.of] : []));
	const messages = open.filter(({ step }) => step.settledBy === 'message');
	const overtaken = messages.filter((one) => [...messages, ...reached].some(isAfter(one, journey)));
	const next = messages.find((one) => !overtaken.includes(one));
	const variant = variantOf(journey.variants, journey.name, traveller.account.accountId);
	const actions = open.filter(({ step }) => step.settledBy === 'emission');
	const isQuiet = next !== undefined && !mayGoOut(next.step, journey, traveller.account, moment);

	const isOver = overtaken.filter((one) => reached.some(isAfter(one, journey)));
	return {
		emit: [...actions, ...(next && !isQuiet ? [next] : [])].map((one) => ({ ...one, variant })),
		end: [
			...considered.flatMap((one) => (one.kind === 'end' ? [{ ...one.of, why: one.why }] : [])),
			...isOver.map((one) => ({ ...one, why: 'superseded' as const })),
		],
		superseded: overtaken.filter((one) => !isOver.includes(one)),
		wait: [...considered.flatMap(waitingIn), ...(next && isQuiet ? [inQuietHours(next)] : [])],
	};
}

function waitingIn(one: Considered): Waiting[] {
	if (one.kind === 'wait') return [one];
	return one.kind === 'reached' ? [{ step: one.of.step, why: one.why, window: one.of }] : [];
}

function inQuietHours(next: StepOf): Waiting {
	return { step: next.step, why: 'quiet_hours', window: next };
}

type Considered =
	| { readonly kind: 'open'; readonly of: StepOf }
	/** Went out before, or is about to. */
	| { readonly kind: 'reached'; readonly of: StepOf; readonly why: 'settled_before' | 'under_way' }
	| { readonly kind: 'end'; readonly of: StepOf; readonly why: Ending }
	| ({ readonly kind: 'wait' } & Waiting);

function consider(
	step: Step,
	journey: Journey,
	traveller: Traveller,
	ledger: ReadonlyMap<string, Standing>,
	moment: Moment,
): Considered {
	const { account } = traveller;
	const { now, lastLookAt } = moment;
	const window = windowOf(step, account, journey);
	const wait = (why: Why): Considered => ({ kind: 'wait', step, why, window });
	if (!window) return wait('no_anchor_or_trial_too_short');
	const key = sendOnceKey(journey, step, account, window.anchorAt);
	const of: StepOf = { step, key, ...window };
	const standing = ledger.get(key);
	if (standing?.state === 'settled' || standing?.state === 'under_way') {
		const why = standing.state === 'settled' ? 'settled_before' : 'under_way';
		return standing.hasReached ? { kind: 'reached', of, why } : wait(why);
	}
	const exit = exitFor(step, window.anchorAt, journey, traveller, moment);
	if (!journey.audience.includes(account.stage)) return wait(exit ?? 'not_in_audience');
	if (now < window.opensAt) return wait('not_yet_due');
	const hasClosed = now >= window.closesAt;
	const isOld = hasClosed && !standing && (!lastLookAt || window.closesAt <= lastLookAt);
	if (isOld || window.closesAt <= window.opensAt) return wait('too_late');
	if (!isMeantFor(step.conditions, traveller)) return wait('conditions');
	if (exit) return { kind: 'end', of, why: exit };
	if (isHeldOut(journey, account)) return { kind: 'end', of, why: 'hold_out' };
	if (!hasClosed) return { kind: 'open', of };
	return { kind: 'end', of, why: standing?.state === 'repeatable' ? 'not_delivered' : 'missed' };
}

function isHeldOut({ variants, name }: Journey, { accountId }: Account): boolean {
	return variants.length > 0 && variantOf(variants, name, accountId) === null;
}

/** Whether a message is due after this one; of two that are due together, the one further down the list. */
function isAfter(one: StepOf, { steps }: Journey): (other: StepOf) => boolean {
	return (other) => {
		if (other.step.settledBy === 'emission') return false;
		const later = other.dueAt.getTime() - one.dueAt.getTime();
		return later !== 0 ? later > 0 : steps.indexOf(other.step) > steps.indexOf(one.step);
	};
}

/** A window that opened by day may reach into the night. */
function mayGoOut(step: Step, journey: Journey, account: Account, { now }: Moment): boolean {
	return !isMarketing(step) || isAllowed(now, journey.pacing, zoneOf(account, journey));
}
