import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createProgress } from './setup/progress.cjs';
import { onEndRequested } from './setup/processes.cjs';
import { credentialsFor } from './n8n/credentials.ts';
import { readWorkflows, startEquipped, type WorkflowTemplate } from './n8n/equipment.ts';
import { createInstance, SANDBOX_OWNER, type Instance } from './n8n/instance.ts';
import { buildPackage, packPackage } from './n8n/package.ts';
import { ensureRuntime } from './n8n/runtime.ts';
import { showProgress } from './n8n/show-progress.ts';
import { readPorts, requireFreePorts } from './ports.ts';
import { startSandbox, type Sandbox } from './sandbox.ts';

const HELP = `npm start [-- options]

Brings up a real n8n with this package installed, the workflows of workflows/ published, and stand-ins for
Stripe, Intercom and the product "Acme Boards". Ctrl-C ends all of it.

Options
  --fresh   forget what earlier starts left behind (edited workflows, executions)
  --help    this text

Environment
  SANDBOX_N8N_PORT    port of n8n, 5678 by default
  SANDBOX_PORT_BASE   time machine, Stripe, Intercom and Acme Boards take this port and the three after it,
                      12110 by default
  SANDBOX_FOLDER      where n8n keeps its data between starts, .cache/sandbox by default
  XDG_CACHE_HOME      where n8n is installed once per user, ~/.cache by default
`;

const FOLDER = process.env['SANDBOX_FOLDER'] ?? '.cache/sandbox';

const progress = createProgress();
let instance: Instance | undefined;
let sandbox: Sandbox | undefined;

async function main() {
	const ports = readPorts(process.env);
	await requireFreePorts(ports);
	if (process.argv.includes('--fresh')) await rm(FOLDER, { recursive: true, force: true });

	const runtime = await ensureRuntime({ onProgress: showProgress(progress) });

	progress.begin('Building the package');
	await buildPackage();
	const tarball = await packPackage(join(FOLDER, 'package'));

	progress.begin('Starting n8n and the stand-ins');
	instance = await createInstance({ runtime, folder: join(FOLDER, 'n8n'), port: ports.n8n });
	sandbox = await startSandbox({ ports, n8nUrl: instance.url });
	const workflows = await readWorkflows('workflows');
	const credentials = credentialsFor(workflows, {
		stripe: sandbox.stripe.url,
		intercom: sandbox.intercom.url,
		acme: sandbox.acme.url,
	});
	await startEquipped(instance, { tarball, credentials, workflows });
	progress.done();
	process.stdout.write(invitation(instance.url, sandbox, workflows));
}

function invitation(
	n8nUrl: string,
	{ stripe, intercom, acme, timeMachine }: Sandbox,
	workflows: readonly WorkflowTemplate[],
): string {
	const forms = workflows
		.flatMap(({ nodes }) => nodes)
		.filter(({ type }) => type === 'n8n-nodes-base.formTrigger')
		.map(({ name, parameters }) => {
			const { path } = (parameters?.['options'] ?? {}) as { path?: string };
			return [name, `${n8nUrl}/form/${path}`] as const;
		});
	const rows = [
		...forms,
		['n8n', `${n8nUrl}   log in with ${SANDBOX_OWNER.email}, ${SANDBOX_OWNER.password}`],
		['Time machine', timeMachine.url],
		['Stand-ins', `Stripe ${stripe.url}   Intercom ${intercom.url}   Acme Boards ${acme.url}`],
	] as const;
	const lines = rows.map(([name, text]) => `  ${name.padEnd(14)} ${text}`);
	return ['', ...lines, '', '  Ctrl-C ends everything.', ''].join('\n');
}

async function end() {
	await Promise.all([instance?.stop(), sandbox?.close()]);
}

if (process.argv.includes('--help')) {
	process.stdout.write(HELP);
} else {
	onEndRequested(end);
	try {
		await main();
	} catch (error) {
		progress.failed();
		process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
		await end();
		process.exit(1);
	}
}
