import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signUpForm } from '../n8n/addresses.ts';
import { buildPackage } from '../n8n/package.ts';
import { onEndRequested } from '../setup/processes.cjs';
import { createProgress, duration } from '../setup/progress.cjs';
import { startSandboxWithN8n, type SandboxWithN8n } from '../with-n8n.ts';
import { playLives, type Life } from './life.ts';
import { onboardingLives } from './lives/onboarding.ts';
import { createStage } from './stage.ts';
import { outcomeTable } from './table.ts';

const HELP = `npm run story [-- name ...]

Plays the lives of trial users against fresh stand-ins and a real n8n with this package and its workflows, and
compares what happened with what should have happened. With names, only these lives are played.
`;

const allLives: readonly Life[] = [...onboardingLives];

let running: SandboxWithN8n | undefined;

async function main(names: readonly string[]): Promise<number> {
	const lives = allLives.filter(
		({ person }) =>
			names.length === 0 ||
			names.some((name) => person.toLowerCase().startsWith(name.toLowerCase())),
	);
	if (lives.length === 0) throw new Error(`Nobody in the story is called ${names.join(' or ')}.`);

	const startedAt = Date.now();
	const progress = createProgress();
	progress.begin('Building the package');
	await buildPackage();
	const folder = await mkdtemp(join(tmpdir(), 'saas-lifecycle-story-'));
	running = await startSandboxWithN8n({ folder, progress });
	const form = signUpForm(running.n8n.url, running.workflows);
	if (!form) throw new Error('None of the workflows has a sign-up form.');

	const outcomes = await playLives(lives, createStage(running.standIns, form.url), progress);
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
