import type { IDataObject } from 'n8n-workflow';
import type { Instance } from '../../services/access/client.ts';

/** An instance as operators see it. */
export function toInstanceRow(instance: Instance): IDataObject {
	return { ...instance, isReady: instance.status === 'ready' };
}

/** An account without an instance is an answer, not an error. */
export function toAbsentRow(accountId: string): IDataObject {
	return {
		accountId,
		status: 'absent',
		access: 'none',
		instanceUrl: null,
		plan: null,
		reason: null,
		updatedAt: null,
		isReady: false,
	};
}
