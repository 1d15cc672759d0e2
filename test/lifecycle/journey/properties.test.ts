import fc from 'fast-check';
import { DateTime } from 'luxon';
import { accountAt } from '../../../lifecycle/account-now.ts';
import type { Account } from '../../../lifecycle/account.ts';
import { decide, type Standing, type Verdict } from '../../../lifecycle/journey/decide.ts';
import {
	isMarketing,
	STEP_ANCHORS,
	type Exits,
	type Journey,
	type Pacing,
	type Step,
	type StepConditions,
} from '../../../lifecycle/journey/step.ts';
import { anchorsDue, windowOf } from '../../../lifecycle/journey/timing.ts';
import { STAGES } from '../../../lifecycle/stage.ts';
import { MISSING_PAYMENT_METHOD_BEHAVIORS } from '../../../lifecycle/subscription.ts';
import { SEED } from '../../support/seed.ts';
import {
	after,
	begin,
	HAPPENINGS,
	type Circumstances,
	type Happening,
	type Truth,
} from './lives.ts';
import { aJourney, ANYBODY, aStep, STARTED } from './people.ts';

const RUNS = 200;
/** A life is long: what is broken would be made smaller for an hour. */
const LONGEST_MS = 90_000;
const HOUR_MS = 3_600_000;
const ZONES = ['UTC', 'Europe/Budapest', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'];

/** Mostly the one, sometimes one of the others. */
const mostly = <Value>(usual: Value, ...others: Value[]): fc.Arbitrary<Value> =>
	fc.oneof(
		{ weight: 6, arbitrary: fc.constant(usual) },
		{ weight: 1, arbitrary: fc.constantFrom(...others) },
	);

const anyConditions: fc.Arbitrary<StepConditions> = fc.record({
	cardOnFile: mostly<StepConditions['cardOnFile']>('any', 'yes', 'no'),
	milestonesDone: mostly<string[]>(
		[],
		['created_project'],
		['created_project', 'invited_teammate'],
	),
	milestonesMissing: mostly<string[]>(
		[],
		['created_project'],
		['created_project', 'invited_teammate'],
	),
	reasons: mostly<string[]>(
		[],
		['no_payment_method'],
		['payment_failed', 'canceled'],
		['too_expensive'],
	),
	plans: mostly<string[]>([], ['price_pro'], ['price_team']),
	languages: mostly<string[]>([], ['hu'], ['en']),
});

/** What lies ahead is counted down to; of all else one knows only when it has come. */
const anyAnchor: fc.Arbitrary<Pick<Step, 'anchor' | 'direction'>> = fc.oneof(
	fc.record({
		anchor: fc.constantFrom('trialEnd', 'subscriptionEnd'),
		direction: fc.constant('before'),
	}),
	fc.record({ anchor: fc.constantFrom(...STEP_ANCHORS), direction: fc.constant('after') }),
	fc.record({ anchor: fc.constantFrom(...STEP_ANCHORS), direction: fc.constant('after') }),
	fc.record({
		anchor: fc.constantFrom(...STEP_ANCHORS),
		direction: fc.constantFrom('before', 'after'),
	}),
);

const anyTiming: fc.Arbitrary<Omit<Step, 'key' | 'name' | 'anchor' | 'direction'>> = fc.record({
	amount: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 })),
	unit: fc.constantFrom('days', 'hours'),
	timeOfDay: fc.option(fc.integer({ min: 0, max: 1439 })),
	conditions: fc.oneof(fc.constant(ANYBODY), anyConditions),
	category: fc.constantFrom('marketing', 'transactional'),
	usefulForHours: fc.integer({ min: 2, max: 120 }),
	settledBy: fc.constantFrom('message', 'emission'),
});

const anyStep = fc.tuple(anyAnchor, anyTiming).map(([of, timing]) => ({ ...of, ...timing }));

const anyPacing: fc.Arbitrary<Pacing> = fc.record({
	quiet: fc.option(fc.constantFrom({ from: 1200, to: 480 }, { from: 720, to: 780 })),
	weekdays: fc.constantFrom([], [1, 2, 3, 4, 5], [6]),
	gapHours: fc.constantFrom(0, 0, 20),
	timeZone: fc.constantFrom(...ZONES),
});

const anyExits: fc.Arbitrary<Exits> = fc.record({
	converted: fc.boolean(),
	replied: fc.boolean(),
	unsubscribed: fc.boolean(),
	milestones: mostly<string[]>([], ['created_project'], ['created_project', 'invited_teammate']),
	afterDays: mostly<number | null>(null, 1, 3, 8),
});

const anyJourney: fc.Arbitrary<Journey> = fc
	.record({
		audience: fc.oneof(
			{ weight: 4, arbitrary: fc.constant([...STAGES]) },
			{ weight: 1, arbitrary: fc.subarray([...STAGES], { minLength: 1 }) },
		),
		steps: fc.oneof(
			fc.array(anyStep, { minLength: 3, maxLength: 14 }),
			fc.array(anyStep, { minLength: 1, maxLength: 2 }),
		),
		pacing: anyPacing,
		exits: anyExits,
	})
	.map(({ steps, ...rules }) =>
		aJourney({ ...rules, steps: steps.map((step, index) => aStep({ ...step, key: `s${index}` })) }),
	);

const anyCircumstances: fc.Arbitrary<Circumstances> = fc.record({
	trialDays: fc.integer({ min: 2, max: 14 }),
	withoutCard: fc.constantFrom(...MISSING_PAYMENT_METHOD_BEHAVIORS),
	afterRetries: fc.constantFrom('cancel', 'unpaid', 'pause'),
	hasCard: fc.constantFrom(true, true, false),
	isCardGood: fc.constantFrom(true, false, false),
	language: fc.constantFrom(null, 'en', 'hu', 'hu-HU'),
});

interface Look {
	/** Since the last one: mostly soon, sometimes after an outage. */
	readonly afterHours: number;
	readonly before: Happening | null;
	/** What becomes of messages that come out, or that none does because Stripe does not answer. */
	readonly outcome: 'sent' | 'sent late' | 'lost late' | 'refused' | 'unreadable';
}

/** What most rules are about. */
const OFTEN = ['ask to leave', 'ask to leave', 'break the card', 'get more days', 'pay'] as const;

const anyLook: fc.Arbitrary<Look> = fc.record({
	afterHours: fc.oneof(
		// Unbiased, or most lives would be over within a day.
		{ weight: 9, arbitrary: fc.noBias(fc.double({ min: 0.05, max: 12, noNaN: true })) },
		{ weight: 1, arbitrary: fc.noBias(fc.double({ min: 20, max: 90, noNaN: true })) },
	),
	before: fc.oneof(
		{ weight: 10, arbitrary: fc.constant(null) },
		{ weight: 1, arbitrary: fc.constantFrom(...HAPPENINGS, ...OFTEN, ...OFTEN) },
	),
	outcome: fc.constantFrom(
		'sent',
		'sent',
		'sent',
		'sent late',
		'lost late',
		'refused',
		'unreadable',
	),
});

/** One look of the journey at somebody, and what came of it. */
interface Looked {
	readonly now: Date;
	readonly truth: Truth;
	readonly account: Account;
	readonly verdict: Verdict;
	/** What came out. */
	readonly out: readonly Out[];
	/** Occasions that were settled by then, or whose message was under way. */
	readonly busy: ReadonlySet<string>;
	/** Nothing could come out now, whatever was due. */
	readonly isBlocked: boolean;
}

interface Out {
	readonly step: Step;
	readonly key: string;
	readonly at: Date;
	readonly truth: Truth;
	readonly account: Account;
	readonly standing: Standing | undefined;
	/** Whether it arrived, at once or later. */
	readonly delivered: boolean;
}

/** Lives through all looks as the node does: the ledger remembers, the bookmark moves on. */
function play(journey: Journey, circumstances: Circumstances, looks: readonly Look[]): Looked[] {
	const life = begin(circumstances);
	const ledger = new Map<string, Standing>();
	/** Messages whose end is not known yet, and at which look it will be. */
	const onTheirWay = new Map<string, { readonly look: number; readonly arrives: boolean }>();
	const occasions = new Map<string, string>();
	let now = STARTED;
	let lastLookAt: Date | null = null;
	let lastMarketingAt: Date | null = null;

	return looks.map(({ afterHours, before, outcome }, look): Looked => {
		now = new Date(now.getTime() + afterHours * HOUR_MS);
		life.passTo(now);
		if (before) life.happen(before, now);
		for (const [key, { look: at, arrives }] of onTheirWay) {
			if (at > look) continue;
			ledger.set(key, arrives ? REACHED : LOST);
			onTheirWay.delete(key);
		}
		const account = accountAt(life.account(), now);
		const truth = life.truth();
		const traveller = { account, milestones: truth.milestones };
		const verdict = decide(journey, traveller, ledger, { now, lastLookAt, aheadMs: 0 });
		lastLookAt = now;
		const isBusy = (key: string) => ['settled', 'under_way'].includes(ledger.get(key)?.state ?? '');
		const busy = new Set([...occasions].flatMap(([key, of]) => (isBusy(key) ? [of] : [])));
		const seen = { now, truth, account, verdict, busy };
		for (const { key, step } of [...verdict.emit, ...verdict.end, ...verdict.superseded]) {
			occasions.set(key, occasionOf(step, truth));
		}
		if (outcome === 'unreadable') {
			for (const { key } of verdict.emit) if (!ledger.has(key)) ledger.set(key, PUT_OFF);
			return { ...seen, out: [], isBlocked: true };
		}

		// The store sees to the gap: it takes no reservation before it is over.
		const gapMs = journey.pacing.gapHours * HOUR_MS;
		const isTooSoon = lastMarketingAt !== null && +now - +lastMarketingAt < gapMs;
		const taken = verdict.emit.filter(({ step }) => !(isTooSoon && isMarketing(step)));
		const out = taken.map(({ step, key }): Out => {
			const isLate = step.settledBy === 'message' && outcome.endsWith('late');
			const delivered = step.settledBy === 'emission' || outcome.startsWith('sent');
			const standing = ledger.get(key);
			if (isLate) onTheirWay.set(key, { look: look + 2, arrives: delivered });
			ledger.set(key, isLate ? UNDER_WAY : delivered ? REACHED : LOST);
			if (isMarketing(step)) lastMarketingAt = now;
			return { step, key, at: now, truth, account, standing, delivered };
		});
		const hasMessage = taken.some(({ step }) => step.settledBy === 'message');
		for (const { key } of [...verdict.end, ...(hasMessage ? verdict.superseded : [])]) {
			ledger.set(key, { state: 'settled', hasReached: false });
		}
		return { ...seen, out, isBlocked: isTooSoon };
	});
}

const REACHED: Standing = { state: 'settled', hasReached: true };
const UNDER_WAY: Standing = { state: 'under_way', hasReached: true };
const LOST: Standing = { state: 'repeatable', hasReached: false };
const PUT_OFF: Standing = { state: 'put_off', hasReached: false };

/** For which occasion a step is: the same one never brings it twice. */
function occasionOf({ key, anchor, direction }: Step, truth: Truth): string {
	const { subscriptionId, anchors } = truth;
	if (anchor === 'signUp') return key;
	if (anchor === 'trialStart') return `${key} ${subscriptionId}`;
	// What has ended has ended once.
	if (anchor === 'subscriptionEnd' && direction === 'after') return `${key} ${subscriptionId}`;
	return `${key} ${subscriptionId} ${anchors[anchor]?.toISOString()}`;
}

/** Whether the step is for somebody who is as the truth says. */
function isFor({ conditions }: Step, truth: Truth): boolean {
	const { cardOnFile, milestonesDone, milestonesMissing, reasons, plans, languages } = conditions;
	const has = (name: string) => truth.milestones.includes(name);
	return (
		(cardOnFile === 'any' || truth.hasCard === (cardOnFile === 'yes')) &&
		milestonesDone.every(has) &&
		!milestonesMissing.some(has) &&
		(reasons.length === 0 || reasons.some((reason) => truth.reasons.includes(reason))) &&
		(plans.length === 0 || plans.includes(truth.plan)) &&
		(languages.length === 0 || languages.some((language) => truth.language?.startsWith(language)))
	);
}

/** Between which instants a step is due, whatever day and hour it is where the reader lives. */
function dueBetween(step: Step, anchorAt: Date): { readonly from: Date; readonly to: Date } {
	const hours =
		step.amount * (step.unit === 'days' ? 24 : 1) * (step.direction === 'before' ? -1 : 1);
	// A day that the clocks make longer or shorter; an hour of the day; the day after, where that hour was over.
	const slackHours = step.unit === 'hours' ? 0 : step.timeOfDay === null ? 1 : 49;
	const at = (more: number) => new Date(anchorAt.getTime() + (hours + more) * HOUR_MS);
	return { from: at(-slackHours), to: at(slackHours) };
}

/** From when on a reply is one to this journey, at the latest; null where that cannot be told so simply. */
function startsBy({ steps }: Journey, truth: Truth): Date | null {
	const starts = steps.flatMap((step) => {
		const anchorAt = truth.anchors[step.anchor];
		if (!anchorAt) return [];
		if (step.direction === 'after') return [anchorAt];
		return isTooLong(step, truth) ? [] : [dueBetween(step, anchorAt).to];
	});
	return starts.length > 0 ? new Date(Math.min(...starts.map(Number))) : null;
}

/** A countdown that would have begun before the trial, or may have. */
function isTooLong(step: Step, { anchors, trialStartedAt }: Truth): boolean {
	if (step.anchor !== 'trialEnd' || !anchors.trialEnd || !trialStartedAt) return false;
	return dueBetween(step, anchors.trialEnd).from < trialStartedAt;
}

function hasReplied(journey: Journey, truth: Truth): boolean {
	const start = startsBy(journey, truth);
	return start !== null && truth.repliedAt !== null && truth.repliedAt >= start;
}

/** Why nothing of this step may come out any more, by the rules as an operator reads them. */
function exitsOf(step: Step, journey: Journey, truth: Truth, now: Date): string[] {
	const { exits, audience } = journey;
	const anchorAt = truth.anchors[step.anchor];
	const isAboutLeaving = ['cancellation', 'subscriptionEnd', 'firstFailedPayment'].includes(
		step.anchor,
	);
	const rules: Readonly<Record<string, boolean>> = {
		converted:
			exits.converted && truth.stage === 'active' && audience.some((stage) => stage !== 'active'),
		cancellation_scheduled: truth.isLeaving && step.settledBy === 'message' && !isAboutLeaving,
		milestone_reached: exits.milestones.some((name) => truth.milestones.includes(name)),
		journey_over:
			exits.afterDays !== null && anchorAt !== null && now >= after(exits.afterDays, anchorAt),
		unsubscribed: exits.unsubscribed && isMarketing(step) && truth.isUnsubscribed,
		replied: exits.replied && isMarketing(step) && hasReplied(journey, truth),
	};
	return Object.keys(rules).filter((rule) => rules[rule]);
}

/** By the clock on the wall where the reader lives. */
function isAwake(at: Date, { quiet, weekdays, timeZone }: Pacing): boolean {
	const local = DateTime.fromJSDate(at, { zone: timeZone });
	if (weekdays.length > 0 && !weekdays.includes(local.weekday)) return false;
	if (!quiet) return true;
	const minutes = local.hour * 60 + local.minute;
	const isNight = quiet.from > quiet.to;
	return isNight
		? minutes >= quiet.to && minutes < quiet.from
		: minutes < quiet.from || minutes >= quiet.to;
}

/** The longest wait for a weekday and for the end of the quiet hours. */
const longestWaitHours = ({ quiet, weekdays }: Pacing) =>
	(weekdays.length > 0 ? 7 * 24 : 0) + (quiet ? 24 : 0);

const laterBy = (hours: number, at: Date) => new Date(at.getTime() + hours * HOUR_MS);

/** Whether it is certain that a step is open now: due for long enough, and of use for long enough. */
function isSurelyOpen(step: Step, { pacing }: Journey, truth: Truth, now: Date): boolean {
	const anchorAt = truth.anchors[step.anchor];
	if (!anchorAt || isTooLong(step, truth)) return false;
	const { from, to } = dueBetween(step, anchorAt);
	return (
		to <= now &&
		now < laterBy(step.usefulForHours, from) &&
		(step.direction === 'after' || now < anchorAt) &&
		(step.direction === 'before' || now >= anchorAt) &&
		(!isMarketing(step) || isAwake(now, pacing))
	);
}

const outOf = (looked: readonly Looked[]) => looked.flatMap(({ out }) => out);

const PROMISES: Readonly<Record<string, (looked: readonly Looked[], journey: Journey) => void>> = {
	'every step arrives at most once for one occasion': (looked) => {
		const delivered = outOf(looked).filter(({ delivered: has }) => has);
		const occasions = delivered.map(({ step, truth }) => occasionOf(step, truth));
		expect([...new Set(occasions)]).toEqual(occasions);
	},

	'what is settled or under way does not come out': (looked) => {
		for (const { key, standing } of outOf(looked)) {
			expect([key, standing?.state]).not.toEqual([key, 'settled']);
			expect([key, standing?.state]).not.toEqual([key, 'under_way']);
		}
	},

	'nothing comes out before it is due, nor when it is of no use any more': (looked, { pacing }) => {
		for (const { step, at, truth } of outOf(looked)) {
			const anchorAt = truth.anchors[step.anchor] ?? new Date(NaN);
			const { from, to } = dueBetween(step, anchorAt);
			const wait = isMarketing(step) ? longestWaitHours(pacing) : 0;
			expect([step, from <= at]).toEqual([step, true]);
			expect([step, at < laterBy(step.usefulForHours + wait, to)]).toEqual([step, true]);
			expect([step, step.direction === 'before' ? at < anchorAt : at >= anchorAt]).toEqual([
				step,
				true,
			]);
		}
	},

	'nothing comes out outside its window': (looked, journey) => {
		for (const { step, at, account } of outOf(looked)) {
			const window = windowOf(step, account, journey);
			expect(window && window.dueAt <= at && window.opensAt <= at && at < window.closesAt).toBe(
				true,
			);
		}
	},

	'whoever gets something is among those whom the store is asked for': (looked, journey) => {
		for (const { step, at, truth } of outOf(looked)) {
			const anchorAt = truth.anchors[step.anchor] ?? new Date(NaN);
			const { from, to } = anchorsDue(step, journey, at, null);
			expect([step, from <= anchorAt && anchorAt < to]).toEqual([step, true]);
		}
	},

	'it is for those who are meant': (looked, { audience }) => {
		for (const { step, truth } of outOf(looked)) {
			expect(audience).toContain(truth.stage);
			expect([step.conditions, truth, isFor(step, truth)]).toEqual([step.conditions, truth, true]);
		}
	},

	'marketing keeps to the hours and days that are allowed': (looked, { pacing }) => {
		for (const { step, at } of outOf(looked).filter((one) => isMarketing(one.step))) {
			expect([step.key, at, isAwake(at, pacing)]).toEqual([step.key, at, true]);
		}
	},

	'nothing comes out after an exit': (looked, journey) => {
		for (const { step, at, truth } of outOf(looked)) {
			expect([step.key, exitsOf(step, journey, truth, at)]).toEqual([step.key, []]);
		}
	},

	'one message at most comes out at a time': (looked) => {
		for (const { out } of looked) {
			expect(out.filter(({ step }) => step.settledBy === 'message').length).toBeLessThan(2);
		}
	},

	'no message comes out after one that was due later and has arrived': (looked, journey) => {
		const messages = outOf(looked).filter(({ step }) => step.settledBy === 'message');
		messages.forEach((one, index) => {
			const due = windowOf(one.step, one.account, journey)?.dueAt.getTime() ?? NaN;
			for (const other of messages.slice(0, index).filter(({ delivered }) => delivered)) {
				// What has got another anchor since is about something else.
				if (occasionOf(other.step, one.truth) !== occasionOf(other.step, other.truth)) continue;
				const window = windowOf(other.step, one.account, journey);
				if (window) expect(window.dueAt.getTime()).toBeLessThanOrEqual(due);
			}
		});
	},

	'what is given up has the reason that it says': (looked, journey) => {
		for (const { verdict, truth, now } of looked) {
			for (const { step, why } of verdict.end) {
				if (['missed', 'superseded', 'not_delivered'].includes(why)) continue;
				if (why === 'replied') expect(truth.repliedAt).not.toBeNull();
				else expect(exitsOf(step, journey, truth, now)).toContain(why);
			}
		}
	},

	'what is due, and stands alone, comes out': (looked, journey) => {
		const isAlone = (step: Step) =>
			step.settledBy === 'emission' ||
			journey.steps.filter(({ settledBy }) => settledBy === 'message').length === 1;
		for (const { now, truth, out, busy, isBlocked } of looked) {
			const tried = out.map(({ step }) => occasionOf(step, truth));
			for (const step of isBlocked ? [] : journey.steps.filter(isAlone)) {
				const occasion = occasionOf(step, truth);
				const isOpen =
					isSurelyOpen(step, journey, truth, now) &&
					journey.audience.includes(truth.stage) &&
					isFor(step, truth) &&
					exitsOf(step, journey, truth, now).length === 0 &&
					// Whether a reply counts is not certain around the start.
					!(journey.exits.replied && isMarketing(step) && truth.repliedAt);
				const isOut = busy.has(occasion) || tried.includes(occasion);
				expect([step, now, isOpen && !isOut]).toEqual([step, now, false]);
			}
		}
	},
};

it(`keeps in any life: ${Object.keys(PROMISES).join('; ')}`, () => {
	process.stdout.write(`TEST_SEED=${SEED}\n`);
	const seen = new Map<string, number>(STEP_ANCHORS.map((anchor) => [anchor, 0]));
	fc.assert(
		fc.property(
			anyJourney,
			anyCircumstances,
			fc.array(anyLook, { minLength: 60, maxLength: 140 }),
			(journey, circumstances, looks) => {
				const looked = play(journey, circumstances, looks);
				for (const { step } of outOf(looked))
					seen.set(step.anchor, (seen.get(step.anchor) ?? 0) + 1);
				for (const [promise, holds] of Object.entries(PROMISES)) {
					try {
						holds(looked, journey);
					} catch (error) {
						throw new Error(`Broken: ${promise}`, { cause: error });
					}
				}
			},
		),
		{ numRuns: RUNS, seed: SEED, interruptAfterTimeLimit: LONGEST_MS },
	);
	// Lives in which nothing ever comes out would prove nothing.
	expect([...seen].filter(([, count]) => count === 0)).toEqual([]);
}, 120_000);
