import type { IntercomClient } from 'intercom-client';
import type { Failure } from '../../services/failure.ts';
import type { SharedReads } from '../../services/n8n/inbox/shared-reads.ts';
import type { StorePartition } from '../../services/store/index.ts';
import type { TriggerSettings } from './settings.ts';

/** A published trigger as the store knows it, and what it works with. */
export interface Consumer {
	/** The same for every version of one node in one workflow. */
	readonly id: string;
	readonly settings: TriggerSettings;
	readonly store: StorePartition;
	readonly intercom: IntercomClient;
	/** What it asks Intercom when it reads the inbox, it asks together with the other triggers. */
	readonly reads: SharedReads;
	readonly now: () => Date;
	readonly log: (message: string) => void;
	/** Shows the operator a failed execution, because somebody has to do something. */
	readonly report: (failure: Failure) => void;
}
