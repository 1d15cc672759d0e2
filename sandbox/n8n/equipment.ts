import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { N8nClient } from './client.ts';
import type { CredentialImport, Instance } from './instance.ts';

/** What an instance is given: our package, and credentials and workflows that use it. */
export interface Equipment {
	readonly tarball: string;
	readonly credentials: readonly CredentialImport[];
	readonly workflows: readonly WorkflowTemplate[];
}

/** A workflow as it lies in `workflows/`, as far as it is read here. */
export interface WorkflowTemplate {
	readonly id: string;
	readonly name: string;
	readonly nodes: ReadonlyArray<{
		readonly name: string;
		readonly type: string;
		readonly webhookId?: string;
		readonly parameters?: Readonly<Record<string, unknown>>;
		readonly credentials?: Readonly<Record<string, { readonly name: string }>>;
	}>;
}

const STATE_FILE = 'equipment.json';

/**
 * Brings an instance to what the equipment says, starts it and publishes all workflows. What is the same as
 * at the last start stays untouched, so work done in the editor survives until its template changes.
 */
export async function startEquipped(
	instance: Instance,
	{ tarball, credentials, workflows }: Equipment,
): Promise<N8nClient> {
	const stateFile = join(instance.folder, STATE_FILE);
	const before = await readState(stateFile);
	const now: State = {
		tarball: hash(await readFile(tarball)),
		credentials: hash(JSON.stringify(credentials)),
		workflows: Object.fromEntries(
			workflows.map((workflow) => [workflow.id, hash(JSON.stringify(workflow))]),
		),
	};
	const changed = workflows.filter(({ id }) => before.workflows?.[id] !== now.workflows[id]);

	if (before.tarball !== now.tarball) await instance.installPackage(tarball);
	if (before.credentials !== now.credentials) await instance.importCredentials(credentials);
	if (changed.length > 0) await instance.importWorkflows(changed);
	const client = await instance.start();
	for (const { id } of changed) await client.publish(id);
	await writeFile(stateFile, JSON.stringify(now));
	return client;
}

interface State {
	readonly tarball: string;
	readonly credentials: string;
	readonly workflows: Readonly<Record<string, string>>;
}

async function readState(file: string): Promise<Partial<State>> {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as State;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
		throw error;
	}
}

function hash(content: string | Buffer): string {
	return createHash('sha256').update(content).digest('hex');
}

export async function readWorkflows(folder: string): Promise<WorkflowTemplate[]> {
	const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
	return await Promise.all(
		names.map(
			async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as WorkflowTemplate,
		),
	);
}
