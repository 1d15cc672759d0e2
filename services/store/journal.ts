import { randomUUID } from 'node:crypto';
import type { AccountFacts } from '../../lifecycle/account.ts';
import { Failure } from '../failure.ts';
import { gathering } from '../n8n/gather.ts';
import type { Accounts, LearntFacts, UpsertResult } from './accounts.ts';
import type { LifecycleStore, Partition } from './store.ts';
import type { NewTimelineEntry } from './timeline.ts';

/** What a node learnt about an account by changing something, and how the timeline tells it. */
export interface News {
	readonly accountId: string;
	readonly facts?: AccountFacts;
	readonly event?: TimelineNews | readonly TimelineNews[];
	/** What time it is for the account, where that is not the real one: it may have to be asked for. */
	readonly clock?: () => Promise<Date>;
}

export interface TimelineNews extends Omit<
	NewTimelineEntry,
	'accountId' | 'at' | 'source' | 'executionId'
> {
	/** Left out, it is happening now. */
	readonly at?: Date;
	/** False for what had been so before: it is told in case nobody has, but not as done by this execution. */
	readonly isOurs?: boolean;
}

/** Columns that a row gets when the store did not take the news. */
export type StoreWarning = { readonly storeWarning?: string };

/**
 * Where nodes write down what they did outside. The effect has happened and stands, so nothing here throws:
 * what cannot be written is tried again, then shown as `storeWarning` in the row.
 */
export interface Journal {
	/** Joins the facts to the account and tells the timeline. */
	tell(partition: Partition, news: News): Promise<StoreWarning>;
	/** Any other write that follows an effect. */
	write(work: () => Promise<unknown>): Promise<StoreWarning>;
}

const DELAYS_MS = [100, 500, 2000];

export function createJournal(
	store: LifecycleStore,
	teller: { readonly source: string; readonly executionId: string | undefined },
	options: { readonly sleep: (ms: number) => Promise<void>; readonly now?: () => Date },
): Journal {
	const { sleep, now = () => new Date() } = options;

	async function write(work: () => Promise<unknown>): Promise<StoreWarning> {
		for (let attempt = 0; ; attempt++) {
			try {
				await work();
				return {};
			} catch (error) {
				const delay = DELAYS_MS[attempt];
				if (delay === undefined) return { storeWarning: warningFrom(error) };
				await sleep(delay);
			}
		}
	}

	async function tell(partition: Partition, { accountId, facts, event = [], clock }: News) {
		const { accounts, timeline } = store.partition(partition);
		const { source, executionId } = teller;
		// One that is its own identity is still one when its writing is tried again.
		const events = [event].flat().map((told) => ({ key: randomUUID(), ...told }));
		return await write(async () => {
			const present = clock ? await clock() : now();
			if (facts) await upsertOf(accounts)({ facts, now: present });
			const entries = events.map(({ isOurs = true, ...told }) => ({
				at: present,
				...told,
				accountId,
				source,
				...(isOurs && executionId !== undefined && { executionId }),
			}));
			await timeline.appendAll(entries);
		});
	}

	return { tell, write };
}

type Upsert = (learnt: LearntFacts) => Promise<UpsertResult>;

/** Facts of one call to the store. */
const MOST_TOGETHER = 50;
const PAUSE_MS = 100;

const upserts = new WeakMap<Accounts, Upsert>();

/** Items that run at the same time share the commits of what was learnt by them. */
function upsertOf(accounts: Accounts): Upsert {
	const upsert =
		upserts.get(accounts) ??
		gathering({
			answer: async (all: readonly LearntFacts[]) => await accounts.upsertAll(all),
			weightOf: () => 1,
			capacity: MOST_TOGETHER,
			pauseMs: PAUSE_MS,
			isOnesFault: () => true,
		});
	upserts.set(accounts, upsert);
	return upsert;
}

function warningFrom(error: unknown): string {
	const reason = error instanceof Failure ? error.message : 'the store failed';
	return `Done, but not written down: ${reason}. Run the item again, or let the nightly import repair it.`;
}
