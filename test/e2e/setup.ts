import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentialsFor } from '../../sandbox/n8n/credentials.ts';
import { readWorkflows, startEquipped } from '../../sandbox/n8n/equipment.ts';
import { createInstance } from '../../sandbox/n8n/instance.ts';
import { buildPackage, packPackage } from '../../sandbox/n8n/package.ts';
import { ensureRuntime } from '../../sandbox/n8n/runtime.ts';
import { showProgress } from '../../sandbox/n8n/show-progress.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { createProgress } from '../../sandbox/setup/progress.cjs';
import { shareN8n } from '../support/n8n.ts';
import { keepForTeardown } from './teardown.ts';

/** Starts the one n8n of all e2e suites, with what `dist/` holds installed as a user would install it. */
export default async function setup({ maxWorkers }: { readonly maxWorkers: number }) {
	if (maxWorkers > 1) {
		throw new Error('The e2e suites share one n8n and its stand-ins: run jest with --runInBand.');
	}
	const progress = createProgress();
	const runtime = await ensureRuntime({ onProgress: showProgress(progress) });

	progress.begin('Starting n8n and the stand-ins');
	const folder = await mkdtemp(join(tmpdir(), 'saas-lifecycle-e2e-'));
	if (!existsSync('dist')) await buildPackage();
	const tarball = await packPackage(join(folder, 'package'));
	const instance = await createInstance({ runtime, folder: join(folder, 'n8n') });
	const sandbox = await startSandbox({ n8nUrl: instance.url });
	keepForTeardown({ instance, sandbox, folder });
	const standIns = {
		stripe: sandbox.stripe.url,
		intercom: sandbox.intercom.url,
		acme: sandbox.acme.url,
	};
	const workflows = await readWorkflows('workflows');
	const credentials = credentialsFor(workflows, standIns);
	const client = await startEquipped(instance, { tarball, credentials, workflows });
	progress.done();
	shareN8n({ url: instance.url, cookie: client.cookie, logFile: instance.logFile, standIns });
}
