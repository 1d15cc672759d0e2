import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { connectAccess, type AccessClient } from '../../services/access/client.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { operationsOver } from '../../services/n8n/operation.ts';
import type { LifecycleStore } from '../../services/store/index.ts';
import { createJournal, type Journal } from '../../services/store/journal.ts';

/** What every operation of this node works with. */
export interface AccessProvisioningServices {
	readonly access: AccessClient;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
	readonly now: () => Date;
	readonly executionId: string | undefined;
	readonly store: LifecycleStore;
	readonly journal: Journal;
}

export const defineOperation = operationsOver<AccessProvisioningServices>();

export async function connect(context: IExecuteFunctions): Promise<AccessProvisioningServices> {
	const { baseUrl } = await context.getCredentials<{ baseUrl: string }>('accessProvisioningApi');
	const store = await openNodeStore(context);
	const executionId = context.getExecutionId();
	return {
		access: connectAccess(context, baseUrl),
		timeZone: context.getTimezone(),
		now: () => new Date(),
		executionId,
		store,
		journal: createJournal(store, { source: 'accessProvisioning', executionId }, { sleep }),
	};
}
