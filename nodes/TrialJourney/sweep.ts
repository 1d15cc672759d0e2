import type Stripe from 'stripe';
import { stagesLeadingTo } from '../../lifecycle/account-now.ts';
import type { Account } from '../../lifecycle/account.ts';
import type { Journey } from '../../lifecycle/journey/step.ts';
import { anchorsDue } from '../../lifecycle/journey/timing.ts';
import { runInLanes } from '../../services/n8n/lanes.ts';
import type { Anchor, LeftBehind, Partition, StorePartition } from '../../services/store/index.ts';
import { createTurn, type Emission, type Telling } from './turn.ts';
import type { Clocks, Timeline } from './clocks.ts';
import { readLeftBehind } from './left-behind.ts';

export interface SweepServices {
	readonly store: StorePartition;
	readonly stripe: Stripe;
	readonly partition: Partition;
	readonly journey: Journey;
	readonly isDryRun: boolean;
	readonly executionId: string | undefined;
	/** The real time. */
	readonly now: () => Date;
	/** Resolves when one more account may be read from Stripe. */
	readonly admit: () => Promise<void>;
	readonly isStopped: () => boolean;
}

export interface SweepResult {
	readonly emissions: readonly Emission[];
	/** Of a dry run. */
	readonly tellings: readonly Telling[];
	/** Why accounts could not be read; what is due for them is put off to the next run. */
	readonly failures: readonly unknown[];
	/** Accounts that were read from Stripe. */
	readonly readCount: number;
}

/** Accounts that are asked for, and judged, together. */
const PAGE = 500;
const READ_AT_ONCE = 8;
/** Where so many accounts failed and none could be read, the others would fail as well. */
const HOPELESS = 8;

const ANCHORS = {
	trialStart: 'trialStartedAt',
	trialEnd: 'trialEndsAt',
	lapse: 'lapsedAt',
	cancellation: 'canceledAt',
	subscriptionEnd: 'subscriptionEndsAt',
	firstFailedPayment: 'failingSince',
	signUp: 'signedUpAt',
} as const satisfies Record<Journey['steps'][number]['anchor'], Anchor>;

type Look = Timeline & { readonly lastLookAt: Date | null };

/**
 * Everybody for whom something is due on these timelines, up to so many accounts: first what earlier runs gave out
 * and nobody took, then what has become due. Each account is judged once, over all steps.
 */
export async function sweep(
	services: SweepServices,
	{ timelines, onTheirWay }: Clocks,
	maxAccounts: number,
): Promise<SweepResult> {
	const emissions: Emission[] = [];
	const tellings: Telling[] = [];
	const failures: unknown[] = [];
	const seen = new Set<string>();
	let readCount = 0;
	let places = maxAccounts;
	const isFull = () => places <= 0 || services.isStopped();

	/** False when not all of them could be judged. */
	async function judge(
		accounts: readonly Account[],
		timeline: Look,
		leftBehind: ReadonlyMap<string, readonly LeftBehind[]> = new Map(),
	): Promise<boolean> {
		let rest = accounts.filter(({ accountId }) => !seen.has(accountId));
		const take = await createTurn(services, timeline, rest);
		const readBefore = readCount;
		let failed = 0;
		const isHopeless = () => failed >= HOPELESS && readCount === readBefore;
		while (rest.length > 0 && !isFull() && !isHopeless()) {
			// No more at once than there are places: all of them may be for something.
			const batch = rest.slice(0, places);
			rest = rest.slice(batch.length);
			await runInLanes(
				batch,
				async (account) => {
					if (services.isStopped() || isHopeless()) return;
					seen.add(account.accountId);
					try {
						const result = await take(account, leftBehind.get(account.accountId) ?? []);
						emissions.push(...result.emissions);
						tellings.push(...result.tellings);
						if (result.wasRead) readCount++;
						if (result.emissions.length + result.tellings.length > 0) places--;
					} catch (error) {
						failures.push(error);
						failed++;
					}
				},
				READ_AT_ONCE,
			);
		}
		return rest.length === 0 && !services.isStopped() && !isHopeless();
	}

	const looks = await Promise.all(
		timelines.map(async (timeline): Promise<Look> => ({
			...timeline,
			lastLookAt: await lastLook(services, timeline),
		})),
	);
	const left = services.isDryRun ? [] : await readLeftBehind(services, looks, onTheirWay);
	for (const { timeline, accounts, rows } of left) await judge(accounts, timeline, rows);
	for (const timeline of looks) {
		let isThrough = true;
		for await (const page of dueAccounts(services, timeline)) {
			isThrough = await judge(page, timeline);
			if (!isThrough) break;
		}
		// Who found no place is looked at again as if nobody had.
		if (isThrough && !services.isDryRun) {
			await services.store.bookmarks.set(
				lookName(services, timeline),
				timeline.now.toISOString(),
				services.now(),
			);
		}
	}
	return { emissions, tellings, failures, readCount };
}

async function* dueAccounts(
	{ store, journey }: SweepServices,
	{ testClockId, now, lastLookAt }: Look,
): AsyncGenerator<readonly Account[]> {
	const stages = [
		...new Set(journey.audience.flatMap((stage) => [stage, ...stagesLeadingTo(stage)])),
	];
	for (const step of journey.steps) {
		let after: Account | undefined;
		do {
			const page = await store.accounts.due({
				...anchorsDue(step, journey, now, lastLookAt),
				anchor: ANCHORS[step.anchor],
				stages,
				...(testClockId === undefined ? {} : { testClockId }),
				notYetClaimed: { journey: journey.name, step: step.key },
				limit: PAGE,
				...(after ? { after } : {}),
			});
			if (page.length > 0) yield page;
			after = page.length === PAGE ? page.at(-1) : undefined;
		} while (after);
	}
}

async function lastLook(services: SweepServices, timeline: Timeline): Promise<Date | null> {
	const text = await services.store.bookmarks.get(lookName(services, timeline));
	return text === null ? null : new Date(text);
}

function lookName({ journey }: SweepServices, { testClockId }: Timeline): string {
	return ['journey', journey.name, ...(testClockId ? [testClockId] : [])].join('/');
}
