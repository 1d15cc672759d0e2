import type { IExecuteFunctions } from 'n8n-workflow';
import { connectAccess, type AccessClient } from '../../services/access/client.ts';
import { operationsOver } from '../../services/n8n/operation.ts';

/** What every operation of this node works with. */
export interface AccessProvisioningServices {
	readonly access: AccessClient;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
}

export const defineOperation = operationsOver<AccessProvisioningServices>();

export async function connect(context: IExecuteFunctions): Promise<AccessProvisioningServices> {
	const { baseUrl } = await context.getCredentials<{ baseUrl: string }>('accessProvisioningApi');
	return { access: connectAccess(context, baseUrl), timeZone: context.getTimezone() };
}
