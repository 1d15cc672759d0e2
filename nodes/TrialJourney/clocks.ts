import type Stripe from 'stripe';
import type { StorePartition } from '../../services/store/index.ts';

/** Accounts whose time passes together, and what time it is for them. */
export interface Timeline {
	/** Null for the real time, undefined where there are no test clocks to leave out. */
	readonly testClockId: string | null | undefined;
	readonly now: Date;
	/** How far they are ahead of the real time. */
	readonly aheadMs: number;
}

export interface Clocks {
	readonly timelines: readonly Timeline[];
	/** Test clocks that are being moved: what Stripe tells meanwhile belongs to no certain time. */
	readonly onTheirWay: ReadonlySet<string>;
}

/**
 * The real time, and in test mode the time of every test clock that accounts stand on; one that is being moved is
 * left for the next run.
 * https://docs.stripe.com/billing/testing/test-clocks
 */
export async function readClocks(
	store: StorePartition,
	stripe: Stripe,
	{ mode, now }: { readonly mode: 'live' | 'test'; readonly now: Date },
): Promise<Clocks> {
	const onTheirWay = new Set<string>();
	if (mode === 'live') {
		return { timelines: [{ testClockId: undefined, now, aheadMs: 0 }], onTheirWay };
	}
	const used = new Set(await store.accounts.testClocks());
	const timelines: Timeline[] = [{ testClockId: null, now, aheadMs: 0 }];
	if (used.size === 0) return { timelines, onTheirWay };
	for await (const clock of stripe.testHelpers.testClocks.list({ limit: 100 })) {
		if (!used.has(clock.id)) continue;
		if (clock.status === 'advancing') onTheirWay.add(clock.id);
		if (clock.status !== 'ready') continue;
		const frozenAt = new Date(clock.frozen_time * 1000);
		const aheadMs = frozenAt.getTime() - now.getTime();
		timelines.push({ testClockId: clock.id, now: frozenAt, aheadMs });
	}
	return { timelines, onTheirWay };
}
