import { mergeFacts, type Account } from '../../lifecycle/account.ts';
import type { Traveller } from '../../lifecycle/journey/conditions.ts';
import type { ExitMoment } from '../../lifecycle/journey/exits.ts';
import {
	decide,
	type Moment,
	type Standing,
	type StepOf,
	type Verdict,
} from '../../lifecycle/journey/decide.ts';
import { footingOf } from '../../lifecycle/journey/footing.ts';
import { sendOnceKey } from '../../lifecycle/journey/send-once-key.ts';
import { variantOf } from '../../lifecycle/journey/split.ts';
import { isMarketing, type Step } from '../../lifecycle/journey/step.ts';
import type { StepWindow } from '../../lifecycle/journey/timing.ts';
import type { LeftBehind, StepRequest } from '../../services/store/index.ts';
import type { Timeline } from './clocks.ts';
import { recheck } from './recheck.ts';
import type { SweepServices } from './sweep.ts';

/** A step that comes out for somebody. */
export interface Emission {
	readonly step: Step;
	readonly key: string;
	readonly variant: string | null;
	readonly window: StepWindow;
	readonly traveller: Traveller;
	readonly moment: ExitMoment;
}

/** What a dry run says of a step. */
export interface Telling extends Omit<Emission, 'window'> {
	readonly window: StepWindow | null;
	readonly why: string;
}

/** What came of one account. */
export interface TurnResult {
	readonly emissions: readonly Emission[];
	readonly tellings: readonly Telling[];
	/** Whether Stripe was asked. */
	readonly wasRead: boolean;
}

type Outcome = Omit<TurnResult, 'wasRead'>;

const HOUR_MS = 3_600_000;

const NOBODY_WROTE: ReadonlyMap<string, Standing> = new Map();

/** Judges accounts of one page, whose milestones and ledger are read together. */
export async function createTurn(
	services: SweepServices,
	timeline: Timeline & Moment,
	page: readonly Account[],
): Promise<(known: Account, leftBehind: readonly LeftBehind[]) => Promise<TurnResult>> {
	const { store, journey, isDryRun, now } = services;
	const ids = page.map(({ accountId }) => accountId);
	const [milestones, ledgers] = await Promise.all([
		store.milestones.reachedBy(ids),
		store.sends.standings(ids, now()),
	]);

	const travellerOf = (account: Account, reached: readonly string[] = []): Traveller => ({
		// As of the account's own clock: a trial may have run out since somebody last wrote.
		account: mergeFacts(account, { accountId: account.accountId, at: timeline.now }, timeline.now),
		milestones: reached,
	});

	return async (known, leftBehind) => {
		const { accountId } = known;
		const stored = travellerOf(known, milestones.get(accountId));
		const first = decide(journey, stored, ledgers.get(accountId) ?? NOBODY_WROTE, timeline);
		if (first.emit.length === 0) {
			const conclusion = { traveller: stored, verdict: first, leftBehind };
			return { ...(await conclude(services, timeline, conclusion)), wasRead: false };
		}
		await services.admit();
		const account = await recheck(known, timeline, services).catch(async (error: unknown) => {
			await putOff(services, timeline, stored, first.emit);
			throw error;
		});
		const [reached, ledger] = await Promise.all([
			store.milestones.reachedBy([accountId]),
			store.sends.standings([accountId], now()),
		]);
		const traveller = travellerOf(account, reached.get(accountId));
		const verdict = decide(journey, traveller, ledger.get(accountId) ?? NOBODY_WROTE, timeline);
		// Stripe knew better: what would have come out on the store's word alone is written down as decided against.
		const corrected = isDryRun ? [] : first.emit.filter((one) => wasCorrected(one, verdict));
		const conclusion = { traveller, verdict, leftBehind, corrected };
		return { ...(await conclude(services, timeline, conclusion)), wasRead: true };
	};
}

interface Conclusion {
	readonly traveller: Traveller;
	readonly verdict: Verdict;
	readonly leftBehind: readonly LeftBehind[];
	readonly corrected?: readonly StepOf[];
}

/** Writes down what was decided, and takes what comes out. */
async function conclude(
	services: SweepServices,
	timeline: Timeline,
	conclusion: Conclusion,
): Promise<Outcome> {
	const { isDryRun } = services;
	if (isDryRun) return { emissions: [], tellings: await tell(services, timeline, conclusion) };
	const { verdict, traveller, corrected = [] } = conclusion;
	const emissions: Emission[] = [];
	for (const one of verdict.emit) {
		if (!(await take(services, timeline, traveller, one))) continue;
		emissions.push(toEmission(one, one.variant, traveller, timeline));
		if (one.step.settledBy === 'emission') continue;
		for (const other of verdict.superseded) {
			await end(services, timeline, traveller, { ...other, why: 'superseded' });
		}
	}
	for (const one of verdict.end) await end(services, timeline, traveller, one);
	for (const one of corrected) {
		const why = whyOf(verdict, one.step.key);
		if (why) await end(services, timeline, traveller, { ...one, why });
	}
	await giveUpRest(services, conclusion);
	return { emissions, tellings: [] };
}

/** For the next run, whatever has closed or moved by then. */
async function putOff(
	services: SweepServices,
	timeline: Timeline,
	{ account }: Traveller,
	steps: Verdict['emit'],
): Promise<void> {
	const { store, now, isDryRun } = services;
	if (isDryRun) return;
	for (const one of steps) {
		await store.sends.putOff(toRequest(services, one, account, timeline), now());
	}
}

async function take(
	services: SweepServices,
	timeline: Timeline,
	{ account }: Traveller,
	one: StepOf,
): Promise<boolean> {
	const { store, journey, now } = services;
	const { step } = one;
	const gapMs = journey.pacing.gapHours * HOUR_MS;
	const result = await store.sends.reserve(
		{
			...toRequest(services, one, account, timeline),
			settledBy: step.settledBy,
			footing: footingOf(account),
			...(isMarketing(step) && gapMs > 0 ? { minGapMs: gapMs } : {}),
		},
		now(),
	);
	return result === 'won';
}

async function end(
	services: SweepServices,
	timeline: Timeline,
	{ account }: Traveller,
	one: StepOf & { readonly why: string },
): Promise<void> {
	const { store, now } = services;
	const request = toRequest(services, one, account, timeline);
	await store.sends.end({ ...request, reason: one.why }, now());
}

function toRequest(
	{ journey, executionId }: SweepServices,
	{ step, key, anchorAt }: StepOf,
	{ accountId }: Account,
	timeline: Timeline,
): StepRequest {
	return {
		key,
		accountId,
		// An action is no message: it neither waits for others nor keeps others waiting.
		category: step.settledBy === 'message' ? step.category : 'transactional',
		journey: journey.name,
		step: step.key,
		anchorAt,
		variant: variantOf(journey.variants, journey.name, accountId),
		at: timeline.now,
		...(executionId === undefined ? {} : { executionId }),
	};
}

/** What was left behind and has no way out any more: too late, another stage, an anchor that moved. */
async function giveUpRest(
	{ store, journey, now }: SweepServices,
	{ traveller, verdict, leftBehind }: Conclusion,
): Promise<void> {
	if (leftBehind.length === 0) return;
	const waiting = new Map(
		verdict.wait.flatMap(({ step, why, window }): Array<[string, string]> =>
			window ? [[sendOnceKey(journey, step, traveller.account, window.anchorAt), why]] : [],
		),
	);
	const open = new Set([...verdict.emit, ...verdict.superseded].map(({ key }) => key));
	for (const { key, step } of leftBehind) {
		const why = waiting.get(key) ?? whyOf(verdict, step) ?? 'missed';
		if (open.has(key) || why === 'quiet_hours' || why === 'under_way') continue;
		await store.sends.giveUp(key, why === 'too_late' ? 'missed' : why, now());
	}
}

function wasCorrected({ key }: StepOf, verdict: Verdict): boolean {
	return ![...verdict.emit, ...verdict.end, ...verdict.superseded].some((one) => one.key === key);
}

/** Why a step that was due is not for this person any more; null where it may still come. */
function whyOf({ wait, end }: Verdict, step: string | null): string | null {
	const why = [...wait, ...end].find((one) => one.step.key === step)?.why;
	switch (why) {
		case undefined:
		case 'under_way':
		case 'settled_before':
		case 'not_yet_due':
		case 'quiet_hours':
		case 'conditions':
			return null;
		default:
			return why;
	}
}

async function tell(
	services: SweepServices,
	timeline: Timeline,
	{ traveller, verdict }: Conclusion,
): Promise<Telling[]> {
	const { journey } = services;
	const isPaced = await isTooSoon(services, timeline, traveller);
	const telling = (one: StepOf, why: string): Telling => ({
		...toEmission(one, variantIn(services, traveller), traveller, timeline),
		why,
	});
	const told = [
		...verdict.emit.map((one) => telling(one, isPaced && isMarketing(one.step) ? 'gap' : 'due')),
		...verdict.end.map((one) => telling(one, one.why)),
		...verdict.superseded.map((one) => telling(one, 'superseded')),
		...verdict.wait.map(({ step, why, window }): Telling => ({
			step,
			key: window ? sendOnceKey(journey, step, traveller.account, window.anchorAt) : '',
			variant: variantIn(services, traveller),
			window,
			traveller,
			moment: timeline,
			why,
		})),
	];
	const places = journey.steps.map(({ key }) => key);
	return told.sort((one, other) => places.indexOf(one.step.key) - places.indexOf(other.step.key));
}

async function isTooSoon(
	{ store, journey }: SweepServices,
	{ now }: Timeline,
	{ account }: Traveller,
): Promise<boolean> {
	const { gapHours } = journey.pacing;
	if (gapHours === 0) return false;
	const { count } = await store.sends.frequency({
		accountId: account.accountId,
		category: 'marketing',
		since: new Date(now.getTime() - gapHours * HOUR_MS),
	});
	return count > 0;
}

function variantIn({ journey }: SweepServices, { account }: Traveller): string | null {
	return variantOf(journey.variants, journey.name, account.accountId);
}

function toEmission(
	{ step, key, anchorAt, dueAt, opensAt, closesAt }: StepOf,
	variant: string | null,
	traveller: Traveller,
	{ now, aheadMs }: Timeline,
): Emission {
	const window = { anchorAt, dueAt, opensAt, closesAt };
	return { step, key, variant, window, traveller, moment: { now, aheadMs } };
}
