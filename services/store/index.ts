/**
 * The lifecycle store: the one place where Stripe, Intercom and the product are joined, and the ledger that
 * makes "exactly once" true. The database drivers load on first use.
 */
import type { StoreLocation } from './location.ts';
import type { LifecycleStore } from './store.ts';

export type * from './access-changes.ts';
export type * from './account-lists.ts';
export type * from './accounts.ts';
export type * from './bookmarks.ts';
export type * from './cohort-signs.ts';
export type * from './erasure.ts';
export type * from './inbox.ts';
export type * from './leases.ts';
export type * from './mailbox.ts';
export type * from './milestones.ts';
export type * from './send-reservation.ts';
export type { LeftBehind } from './send-standing.ts';
export type * from './sends.ts';
export type * from './store.ts';
export type * from './timeline.ts';
export type * from './trial-claims.ts';
export type * from './trial-hashes.ts';
export * from './location.ts';

/** The store at this place, opened once per process and brought up to date if it is older than this package. */
export async function openStore(location: StoreLocation): Promise<LifecycleStore> {
	const { openShared } = await import('./sdk.ts');
	return await openShared(location);
}
