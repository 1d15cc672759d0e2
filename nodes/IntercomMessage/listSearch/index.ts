import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connectIntercom, type IntercomCredential } from '../../../services/intercom/client.ts';

/** The teammates of the workspace who can send; Intercom gives them all in one answer. */
export async function searchAdmins(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const credential = await this.getCredentials<IntercomCredential>('intercomMessageApi');
	const intercom = await connectIntercom(this, credential);
	const { admins = [] } = await intercom.admins.list();
	const wanted = filter?.toLowerCase() ?? '';
	return {
		results: admins
			.flatMap((admin) =>
				admin?.id
					? [{ name: `${admin.name ?? ''} (${admin.email ?? admin.id})`, value: admin.id }]
					: [],
			)
			.filter(({ name }) => name.toLowerCase().includes(wanted)),
	};
}
