import { sleep, type IExecuteFunctions } from 'n8n-workflow';
import { connectAccess, type AccessClient } from '../../services/access/client.ts';
import { readSigningSecret } from '../../services/access/signing-secret.ts';
import { openNodeStore } from '../../services/n8n/node-store.ts';
import { operationsOver } from '../../services/n8n/operation.ts';
import type { LifecycleStore } from '../../services/store/index.ts';
import { createJournal, type Journal } from '../../services/store/journal.ts';

/** What every operation of this node works with. */
export interface AccessProvisioningServices {
	readonly access: AccessClient;
	/** Throws what to do where the credential has none. */
	readonly signingSecret: () => string;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
	readonly now: () => Date;
	readonly executionId: string | undefined;
	readonly store: LifecycleStore;
	readonly journal: Journal;
}

export const defineOperation = operationsOver<AccessProvisioningServices>();

interface Credential {
	readonly baseUrl: string;
	readonly signingSecret?: unknown;
}

export async function connect(context: IExecuteFunctions): Promise<AccessProvisioningServices> {
	const credential = await context.getCredentials<Credential>('accessProvisioningApi');
	const store = await openNodeStore(context);
	const executionId = context.getExecutionId();
	return {
		access: connectAccess(context, credential.baseUrl),
		signingSecret: () => readSigningSecret(credential),
		timeZone: context.getTimezone(),
		now: () => new Date(),
		executionId,
		store,
		journal: createJournal(store, { source: 'accessProvisioning', executionId }, { sleep }),
	};
}
