import type { IntercomClient } from 'intercom-client';
import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { connectIntercom, type IntercomCredential } from '../../../services/intercom/client.ts';
import { listTags } from '../../../services/intercom/tags.ts';

type Entry = INodeListSearchResult['results'][number];
type ListSearch = (this: ILoadOptionsFunctions, filter?: string) => Promise<INodeListSearchResult>;

/** Intercom gives each of these lists whole, in one answer. */
function searchIn(list: (intercom: IntercomClient) => Promise<Entry[]>): ListSearch {
	return async function (this: ILoadOptionsFunctions, filter = '') {
		const credential = await this.getCredentials<IntercomCredential>('intercomMessageApi');
		const entries = await list(await connectIntercom(this, credential));
		const wanted = filter.toLowerCase();
		return { results: entries.filter(({ name }) => name.toLowerCase().includes(wanted)) };
	};
}

/** The teammates of the workspace who can send. */
export const searchAdmins = searchIn(async (intercom) => {
	const { admins = [] } = await intercom.admins.list();
	return admins.flatMap((admin) =>
		admin?.id
			? [{ name: `${admin.name ?? ''} (${admin.email ?? admin.id})`, value: admin.id }]
			: [],
	);
});

/** By name, so that a workflow goes on working in another workspace. */
export const searchTags = searchIn(async (intercom) =>
	(await listTags(intercom)).map(({ name }) => ({ name, value: name })),
);

export const searchSubscriptionTypes = searchIn(async (intercom) => {
	const { data = [] } = await intercom.subscriptionTypes.list();
	return data.flatMap(({ id, default_translation: translation }) =>
		id ? [{ name: translation?.name ?? id, value: id }] : [],
	);
});
