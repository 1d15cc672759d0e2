import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signUpForm } from '../n8n/addresses.ts';
import { buildPackage } from '../n8n/package.ts';
import { onEndRequested } from '../setup/processes.cjs';
import { createProgress, duration } from '../setup/progress.cjs';
import { startSandboxWithN8n, type SandboxWithN8n } from '../with-n8n.ts';
import type { Biography } from './days/biography.ts';
import { playDays } from './days/calendar.ts';
import { createInbox } from './days/inbox.ts';
import { createWorld } from './days/world.ts';
import { playLives, type Narrator, type Outcome } from './life.ts';
import { biographies } from './lives/index.ts';
import { onboardingLives } from './lives/onboarding.ts';
import { createStage, type Stage } from './stage.ts';
import { outcomeTable } from './table.ts';

const HELP = `npm run story [-- name ...]

Plays the lives of trial users against fresh stand-ins and a real n8n with this package and its workflows, and
compares what happened with what should have happened. First those that are about a single day, then those that
last for weeks: all side by side, over 60 days, with n8n down for three of them. With names, only these are played.
`;

const DAYS = 60;
const OUTAGE = { from: 30, days: 3 };

let running: SandboxWithN8n | undefined;

async function main(names: readonly string[]): Promise<number> {
	const isWanted = ({ person }: { readonly person: string }) =>
		names.length === 0 || names.some((name) => person.toLowerCase().startsWith(name.toLowerCase()));
	const short = onboardingLives.filter(isWanted);
	const long = biographies.filter(isWanted);
	if (short.length + long.length === 0) {
		throw new Error(`Nobody in the story is called ${names.join(' or ')}.`);
	}

	const startedAt = Date.now();
	const progress = createProgress();
	progress.begin('Building the package');
	await buildPackage();
	const folder = await mkdtemp(join(tmpdir(), 'saas-lifecycle-story-'));
	running = await startSandboxWithN8n({ folder, progress, schedule: 'by hand' });
	const outcomes = [
		...(await playLives(short, stageOf(running), progress)),
		...(long.length > 0 ? await playWeeks(long, running, progress) : []),
	];
	await running.close();
	running = undefined;
	const failures = outcomes.filter(({ isGood }) => !isGood).length;
	process.stdout.write(
		`\n${outcomeTable(outcomes, tableWidth())}\n\n` +
			`${outcomes.length - failures} of ${outcomes.length} lives went as they should, in ${duration(Date.now() - startedAt)}.\n`,
	);
	if (failures === 0) await rm(folder, { recursive: true, force: true });
	else process.stdout.write(`What n8n said is in ${join(folder, 'n8n', 'n8n.log')}\n`);
	return failures === 0 ? 0 : 1;
}

function signUpUrlOf({ n8n, workflows }: SandboxWithN8n): string {
	const form = signUpForm(n8n.url, workflows);
	if (!form) throw new Error('None of the workflows has a sign-up form.');
	return form.url;
}

function stageOf(sandbox: SandboxWithN8n): Stage {
	return createStage(sandbox.standIns, signUpUrlOf(sandbox));
}

async function playWeeks(
	lives: readonly Biography[],
	sandbox: SandboxWithN8n,
	narrator: Narrator,
): Promise<readonly Outcome[]> {
	const { n8n, client, standIns, workflows } = sandbox;
	return await playDays({
		biographies: lives,
		days: DAYS,
		outage: OUTAGE,
		world: createWorld({ standIns, workflows, signUpUrl: signUpUrlOf(sandbox) }),
		inbox: createInbox(n8n.folder),
		n8n,
		client,
		workflows,
		narrator,
	});
}

function tableWidth(): number {
	return Math.min(Math.max(process.stdout.columns ?? 110, 80), 140);
}

const args = process.argv.slice(2);
if (args.includes('--help')) {
	process.stdout.write(HELP);
} else {
	onEndRequested(async () => await running?.close());
	try {
		process.exitCode = await main(args);
	} catch (error) {
		process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
		await running?.close();
		process.exitCode = 1;
	}
}
