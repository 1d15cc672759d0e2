import type Stripe from 'stripe';
import { stagesLeadingTo } from '../../lifecycle/account-now.ts';
import type { Account } from '../../lifecycle/account.ts';
import type { Journey } from '../../lifecycle/journey/step.ts';
import { anchorsDue } from '../../lifecycle/journey/timing.ts';
import { runInLanes } from '../../services/n8n/lanes.ts';
import type { Anchor, LeftBehind, Partition, StorePartition } from '../../services/store/index.ts';
import { createTurn, type Emission, type Telling } from './turn.ts';
import type { Timeline } from './clocks.ts';

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
	/** Accounts that could not be read; they are due again in the next run. */
	readonly failures: readonly unknown[];
}

/** Accounts that are asked for, and judged, together. */
const PAGE = 500;
const READ_AT_ONCE = 8;

const ANCHORS = {
	trialStart: 'trialStartedAt',
	trialEnd: 'trialEndsAt',
	lapse: 'lapsedAt',
	cancellation: 'canceledAt',
	firstFailedPayment: 'failingSince',
	signUp: 'signedUpAt',
} as const satisfies Record<Journey['steps'][number]['anchor'], Anchor>;

/**
 * Everybody for whom something is due on these timelines, up to the limit: first what earlier runs gave out and
 * nobody took, then what has become due. Each account is judged once, over all steps.
 */
export async function sweep(
	services: SweepServices,
	timelines: readonly Timeline[],
	limit: number,
): Promise<SweepResult> {
	const emissions: Emission[] = [];
	const tellings: Telling[] = [];
	const failures: unknown[] = [];
	const seen = new Set<string>();
	const isFull = () => emissions.length >= limit || services.isStopped();

	/** False when the run is full, or nothing can be read any more. */
	async function judge(
		accounts: readonly Account[],
		timeline: Timeline & { readonly lastLookAt: Date | null },
		leftBehind: ReadonlyMap<string, readonly LeftBehind[]> = new Map(),
	): Promise<boolean> {
		const fresh = accounts.filter(({ accountId }) => !seen.has(accountId));
		const take = await createTurn(services, timeline, fresh);
		let failed = 0;
		await runInLanes(
			fresh,
			async (account) => {
				if (isFull()) return;
				try {
					const result = await take(account, leftBehind.get(account.accountId) ?? []);
					emissions.push(...result.emissions);
					tellings.push(...result.tellings);
				} catch (error) {
					failures.push(error);
					failed++;
				}
				seen.add(account.accountId);
			},
			READ_AT_ONCE,
		);
		return !isFull() && (failed === 0 || failed < fresh.length);
	}

	const looks = await Promise.all(
		timelines.map(async (timeline) => ({
			...timeline,
			lastLookAt: await lastLook(services, timeline),
		})),
	);
	let goesOn = true;
	const left = services.isDryRun ? [] : await leftBehindOf(services, looks);
	for (const { timeline, accounts, rows } of left) {
		goesOn = goesOn && (await judge(accounts, timeline, rows));
	}
	for (const timeline of looks) {
		for await (const page of dueAccounts(services, timeline)) {
			goesOn = goesOn && (await judge(page, timeline));
			if (!goesOn) break;
		}
		// What failed or found no place is looked at again as if nobody had.
		if (goesOn && failures.length === 0 && !services.isDryRun) {
			await services.store.bookmarks.set(
				lookName(services, timeline),
				timeline.now.toISOString(),
				services.now(),
			);
		}
	}
	return { emissions, tellings, failures };
}

async function* dueAccounts(
	{ store, journey }: SweepServices,
	{ testClockId, now, lastLookAt }: Timeline & { readonly lastLookAt: Date | null },
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

async function leftBehindOf<Look extends Timeline>(
	{ store, journey, now }: SweepServices,
	timelines: readonly Look[],
) {
	const rows = await store.sends.leftBehind(journey.name, PAGE, now());
	const groups = timelines.map((timeline) => ({
		timeline,
		accounts: [] as Account[],
		rows: new Map<string, LeftBehind[]>(),
	}));
	for (const row of rows) {
		const account = await store.accounts.get(row.accountId);
		const clock = account?.subscription?.testClockId ?? null;
		const group = groups.find(({ timeline }) => (timeline.testClockId ?? null) === clock);
		if (!account || !group) {
			// Erased, or on a test clock that is gone or on its way.
			if (!account) await store.sends.giveUp(row.key, 'missed', now());
			continue;
		}
		const known = group.rows.get(account.accountId);
		if (known) known.push(row);
		else {
			group.rows.set(account.accountId, [row]);
			group.accounts.push(account);
		}
	}
	return groups;
}

async function lastLook(services: SweepServices, timeline: Timeline): Promise<Date | null> {
	const text = await services.store.bookmarks.get(lookName(services, timeline));
	return text === null ? null : new Date(text);
}

function lookName({ journey }: SweepServices, { testClockId }: Timeline): string {
	return ['journey', journey.name, ...(testClockId ? [testClockId] : [])].join('/');
}
