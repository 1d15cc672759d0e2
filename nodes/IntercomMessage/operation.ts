import type { IntercomClient } from 'intercom-client';
import type { IExecuteFunctions } from 'n8n-workflow';
import { connectIntercom, type IntercomCredential } from '../../services/intercom/client.ts';
import { operationsOver } from '../../services/n8n/operation.ts';

/** What every operation of this node works with. */
export interface IntercomMessageServices {
	readonly intercom: IntercomClient;
	/** The workflow's IANA time zone. */
	readonly timeZone: string;
}

export const defineOperation = operationsOver<IntercomMessageServices>();

export async function connect(context: IExecuteFunctions): Promise<IntercomMessageServices> {
	const credential = await context.getCredentials<IntercomCredential>('intercomMessageApi');
	const intercom = await connectIntercom(context, credential);
	return { intercom, timeZone: context.getTimezone() };
}
