import type { IntercomClient } from 'intercom-client';
import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { connectIntercom, type IntercomCredential } from '../../services/intercom/client.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { operationsOver } from '../../services/n8n/operation.ts';
import type { LifecycleStore } from '../../services/store/index.ts';
import { createJournal, type Journal } from '../../services/store/journal.ts';

/** What every operation of this node works with. */
export interface IntercomMessageServices {
	readonly intercom: IntercomClient;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
	readonly now: () => Date;
	readonly executionId: string | undefined;
	readonly store: LifecycleStore;
	readonly journal: Journal;
}

export const defineOperation = operationsOver<IntercomMessageServices>();

export async function connect(context: IExecuteFunctions): Promise<IntercomMessageServices> {
	const credential = await context.getCredentials<IntercomCredential>('intercomMessageApi');
	const intercom = await connectIntercom(context, credential);
	const store = await openNodeStore(context);
	const executionId = context.getExecutionId();
	return {
		intercom,
		timeZone: context.getTimezone(),
		now: () => new Date(),
		executionId,
		store,
		journal: createJournal(store, { source: 'intercomMessage', executionId }, { sleep }),
	};
}
