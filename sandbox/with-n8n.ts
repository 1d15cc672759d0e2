import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { intercomUrl, milestonesUrl } from './n8n/addresses.ts';
import type { N8nClient } from './n8n/client.ts';
import { credentialsFor } from './n8n/credentials.ts';
import { readWorkflows, startEquipped, type WorkflowTemplate } from './n8n/equipment.ts';
import { createInstance, type Instance } from './n8n/instance.ts';
import { packPackage } from './n8n/package.ts';
import { ensureRuntime } from './n8n/runtime.ts';
import { runSchedules } from './n8n/schedules.ts';
import { withoutSchedule, withSettings } from './n8n/settings.ts';
import { showProgress } from './n8n/show-progress.ts';
import type { SandboxPorts } from './ports.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';
import { CATALOGUE } from './stripe/index.ts';
import type { Progress } from './setup/progress.cjs';

export interface SandboxWithN8nOptions {
	/** Where n8n keeps its data and the tarball is packed to. */
	readonly folder: string;
	/** Free ports when left out. */
	readonly ports?: SandboxPorts;
	readonly progress: Progress;
	/** By itself as in the templates, or only when it is run by hand. */
	readonly schedule?: 'as told' | 'by hand';
}

/** The stand-ins and a real n8n, with our package installed and all workflows published. */
export interface SandboxWithN8n {
	readonly n8n: Instance;
	readonly client: N8nClient;
	readonly standIns: Sandbox;
	readonly workflows: readonly WorkflowTemplate[];
	close(): Promise<void>;
}

/** Installs what `dist/` holds into an n8n as a user would, against the stand-ins. */
export async function startSandboxWithN8n(options: SandboxWithN8nOptions): Promise<SandboxWithN8n> {
	const { folder, ports, progress, schedule } = options;
	const runtime = await ensureRuntime({ onProgress: showProgress(progress) });
	progress.begin('Starting n8n and the stand-ins');
	const tarball = await packPackage(join(folder, 'package'));
	const n8n = await createInstance({
		runtime,
		folder: join(folder, 'n8n'),
		...(ports === undefined ? {} : { port: ports.n8n }),
	});
	await forgetAccounts(n8n);
	const templates = await readWorkflows('workflows');
	const milestoneUrl = milestonesUrl(n8n.url, templates);
	let client: N8nClient | undefined;
	const standIns = await startSandbox({
		n8nUrl: n8n.url,
		runSchedules: async () => (client ? await runSchedules(client, templates) : []),
		...(milestoneUrl === undefined ? {} : { acme: { milestoneUrl } }),
		...(ports === undefined ? {} : { ports }),
	});
	const settings = {
		pageUrl: n8n.url,
		productUrl: standIns.acme.url,
		offerCouponId: CATALOGUE.coupons.stay,
	};
	const adapted = templates.map((template) => withSettings(template, settings));
	const workflows = schedule === 'by hand' ? adapted.map(withoutSchedule) : adapted;
	const close = async () => void (await Promise.all([n8n.stop(), standIns.close()]));
	try {
		const credentials = credentialsFor(workflows, {
			stripe: standIns.stripe.url,
			intercom: standIns.intercom.url,
			acme: standIns.acme.url,
		});
		client = await startEquipped(n8n, { tarball, credentials, workflows });
		await tellOfReplies(standIns.intercom.url, intercomUrl(n8n.url, workflows));
		progress.done();
		return { n8n, client, standIns, workflows, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** What an operator enters at Intercom by hand: there is no API for it. */
async function tellOfReplies(intercom: string, url: string | undefined) {
	if (url === undefined) return;
	const content = { method: 'PUT', body: JSON.stringify({ url }) };
	const { ok, status } = await fetch(`${intercom}/_control/webhook`, content);
	if (!ok) throw new Error(`The Intercom stand-in refused the address of its webhook: ${status}`);
}

/**
 * The stand-ins keep nobody between starts, so the accounts in n8n's user folder would be people whom no
 * vendor knows. What the operator made in the editor stays.
 */
async function forgetAccounts({ folder }: Instance) {
	for (const file of ['', '-wal', '-shm']) {
		await rm(join(folder, '.n8n', `saas-lifecycle.sqlite${file}`), { force: true });
	}
}
