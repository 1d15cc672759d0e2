import { rm } from 'node:fs/promises';
import { signUpForm } from './n8n/addresses.ts';
import { SANDBOX_OWNER } from './n8n/instance.ts';
import { buildPackage } from './n8n/package.ts';
import { readPorts, requireFreePorts } from './ports.ts';
import { onEndRequested } from './setup/processes.cjs';
import { createProgress } from './setup/progress.cjs';
import { startSandboxWithN8n, type SandboxWithN8n } from './with-n8n.ts';

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
let running: SandboxWithN8n | undefined;

async function main() {
	const ports = readPorts(process.env);
	await requireFreePorts(ports);
	if (process.argv.includes('--fresh')) await rm(FOLDER, { recursive: true, force: true });
	progress.begin('Building the package');
	await buildPackage();
	running = await startSandboxWithN8n({ folder: FOLDER, ports, progress });
	process.stdout.write(invitation(running));
}

function invitation({ n8n, standIns, workflows }: SandboxWithN8n): string {
	const { stripe, intercom, acme, timeMachine } = standIns;
	const { email, password } = SANDBOX_OWNER;
	const form = signUpForm(n8n.url, workflows);
	const rows = [
		...(form ? [[form.name, form.url] as const] : []),
		['n8n', `${n8n.url}   log in with ${email}, ${password}`],
		['Time machine', timeMachine.url],
		['Stand-ins', `Stripe ${stripe.url}   Intercom ${intercom.url}   Acme Boards ${acme.url}`],
	] as const;
	const lines = rows.map(([name, text]) => `  ${name.padEnd(14)} ${text}`);
	return ['', ...lines, '', '  Ctrl-C ends everything.', '', ''].join('\n');
}

if (process.argv.includes('--help')) {
	process.stdout.write(HELP);
} else {
	onEndRequested(async () => await running?.close());
	try {
		await main();
	} catch (error) {
		progress.failed();
		process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
		process.exit(1);
	}
}
