import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { N8nClient } from '../../sandbox/n8n/client.ts';
import { credentialData, type StandInUrls } from '../../sandbox/n8n/credentials.ts';

/** Does something while something else does not work; it works again afterwards, whatever happened. */
export type Outage = (work: () => Promise<void>) => Promise<void>;

/** What one node of several asks the store for; the others do not need it. */
export type StoreTable = 'milestones' | 'timeline';

/**
 * Does something while the lifecycle store of an n8n is damaged: whoever asks for this table fails.
 * @param userFolder N8N_USER_FOLDER of that n8n
 */
export async function whileDamaged(
	userFolder: string,
	table: StoreTable,
	work: () => Promise<void>,
): Promise<void> {
	const rename = (from: string, to: string) => {
		const store = new DatabaseSync(join(userFolder, '.n8n', 'saas-lifecycle.sqlite'), {
			timeout: 10_000,
		});
		store.exec(`alter table ${from} rename to ${to}`);
		store.close();
	};
	rename(table, `lost_${table}`);
	try {
		await work();
	} finally {
		rename(`lost_${table}`, table);
	}
}

/** Does something while the credential by which links and signatures are made has no signing secret. */
export async function whileSecretIsMissing(
	client: N8nClient,
	standIns: StandInUrls,
	work: () => Promise<void>,
	name = 'Access Provisioning',
): Promise<void> {
	const type = 'accessProvisioningApi';
	const complete = credentialData(standIns)[type];
	const save = async (data: object) => {
		const all = await client.request<{ data: ReadonlyArray<{ id: string; name: string }> }>(
			'GET',
			'/rest/credentials',
		);
		const id = all.data.find((one) => one.name === name)?.id;
		if (id === undefined) throw new Error(`n8n has no credential "${name}"`);
		await client.request('PATCH', `/rest/credentials/${id}`, { name, type, data });
	};
	await save({ ...complete, signingSecret: '' });
	try {
		await work();
	} finally {
		await save(complete ?? {});
	}
}
