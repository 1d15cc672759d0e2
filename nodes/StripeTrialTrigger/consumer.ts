import type Stripe from 'stripe';
import type { Failure } from '../../services/failure.ts';
import type { SharedReads } from '../../services/n8n/inbox/shared-reads.ts';
import type { Partition, StorePartition } from '../../services/store/index.ts';
import type { TriggerSettings } from './settings.ts';

/** A published trigger as the store and Stripe know it, and what it works with. */
export interface Consumer {
	/** The same for every version of one node in one workflow. */
	readonly id: string;
	readonly settings: TriggerSettings;
	readonly partition: Partition;
	readonly store: StorePartition;
	readonly stripe: Stripe;
	/** What it asks Stripe when it reads the inbox, it asks together with the other triggers. */
	readonly reads: SharedReads;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
	readonly now: () => Date;
	readonly log: (message: string) => void;
	/** Shows the operator a failed execution, because somebody has to do something. */
	readonly report: (failure: Failure) => void;
}

/** What takes deliveries in: it asks Stripe nothing. */
export type Receiver = Omit<Consumer, 'stripe' | 'reads'>;
