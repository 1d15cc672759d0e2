import type { AccessChanges } from './access-changes.ts';
import type { Accounts } from './accounts.ts';
import type { Bookmarks } from './bookmarks.ts';
import type { CohortSigns } from './cohort-signs.ts';
import type { Erase } from './erasure.ts';
import type { Inbox } from './inbox.ts';
import type { Leases } from './leases.ts';
import type { AccountIdsOf } from './mailbox.ts';
import type { Milestones } from './milestones.ts';
import type { Sends } from './sends.ts';
import type { Timeline } from './timeline.ts';
import type { TrialClaims } from './trial-claims.ts';
import type { TrialHashes } from './trial-hashes.ts';

export interface LifecycleStore {
	readonly kind: 'sqlite' | 'postgres';
	partition(partition: Partition): StorePartition;
	close(): Promise<void>;
}

/** Clients of an agency never meet, nor do test people and real ones. */
export interface Partition {
	readonly workspace: string;
	readonly mode: 'live' | 'test';
}

/** Everything that the store does, within one partition. Nothing reaches across. */
export interface StorePartition {
	readonly accounts: Accounts;
	readonly accountIdsOf: AccountIdsOf;
	readonly sends: Sends;
	/** Stripe's events. */
	readonly inbox: Inbox;
	/** Intercom's notifications, apart from Stripe's events: other readers, other types, other care. */
	readonly notifications: Inbox;
	readonly accessChanges: AccessChanges;
	readonly milestones: Milestones;
	readonly timeline: Timeline;
	readonly trialHashes: TrialHashes;
	readonly trialClaims: TrialClaims;
	readonly bookmarks: Bookmarks;
	readonly leases: Leases;
	readonly erase: Erase;
	readonly cohortSigns: CohortSigns;
}
