'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { duration } = require('./progress.cjs');
const { runNode } = require('./project.cjs');

const RESULTS_FOLDER = path.join('.cache', 'test-results');

const script = (file, ...args) => [path.join('node_modules', file), ...args];
const jest = (project, args, outputFile = resultFile(project)) =>
	script(
		'jest/bin/jest.js',
		...args,
		'--passWithNoTests',
		// All results are in by then; a handle that was left open must not keep CI waiting.
		'--forceExit',
		'--json',
		`--outputFile=${outputFile}`,
		'--selectProjects',
		project,
	);

const suites = (project, args) => ({
	runs: [jest(project, args)],
	again: (file, outputFile) => jest(project, ['--runInBand', file], outputFile),
	hasTests: true,
});

/** In this order: what is quick and breaks often comes first. */
const phasesFor = (args) => [
	{ name: 'lint', runs: [script('eslint/bin/eslint.js', '.')] },
	{
		name: 'format',
		runs: [script('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.')],
	},
	{ name: 'types', runs: [script('typescript/bin/tsc', '--noEmit')] },
	{ name: 'unit', ...suites('unit', args) },
	{ name: 'build', runs: [script('gulp/bin/gulp.js', 'build', '--silent')], isNeeded: true },
	{ name: 'package', ...suites('package', args) },
	{
		name: 'e2e',
		...suites('e2e', ['--runInBand', ...args]),
		together: [path.join('test', 'e2e', 'all-branches.ts')],
	},
];

/**
 * All checks of the project, one after the other; a failing one does not hide the next, except that
 * nothing can be said of a package that was not built. Further arguments go to jest.
 */
async function runTests(args, onProgram) {
	fs.rmSync(RESULTS_FOLDER, { recursive: true, force: true });
	fs.mkdirSync(RESULTS_FOLDER, { recursive: true });
	process.env.TEST_SEED ??= String(Date.now() % 2 ** 31);
	console.log(`TEST_SEED=${process.env.TEST_SEED}`);
	const reports = [];
	for (const phase of phasesFor(args)) {
		console.log(`\n── ${phase.name} ──`);
		const startedAt = Date.now();
		let isGood = true;
		const run = async (command) => {
			const program = runNode(command);
			onProgram(program);
			return (await program.code) === 0;
		};
		for (const command of phase.runs) isGood = (await run(command)) && isGood;
		const again = !isGood && phase.again ? await runAgain(phase, run) : [];
		if (again.length > 0) {
			isGood = again.every(({ isGood: went }) => went);
			// What the first run said of all suites together does not hold any more.
			if (isGood && phase.together) isGood = await run(phase.together);
		}
		const counts = phase.hasTests ? countsOf(phase.name, isGood) : countsOfCheck(isGood);
		reports.push({ ...phase, isGood, again, counts, took: Date.now() - startedAt });
		if (!isGood && phase.isNeeded) break;
	}

	console.log('');
	for (const { name, isGood, again, counts, took } of reports) {
		console.log(
			`${isGood ? '✓' : '✗'} ${name.padEnd(8)} ${duration(took).padStart(12)}  ${inWords(counts)}`,
		);
		for (const { file, isGood: went } of again) {
			console.log(
				`           failed at first, ${went ? 'passed' : 'failed'} when run again: ${file}`,
			);
		}
	}
	const total = sum(reports.map(({ counts }) => counts));
	console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
	return reports.every(({ isGood }) => isGood) ? 0 : 1;
}

/**
 * A real n8n or database on a busy machine is late now and then: suites that failed are run once more, each by itself
 * and from the same seed, and named in the summary. What is broken fails twice.
 */
async function runAgain({ name, again }, run) {
	const first = readResult(resultFile(name));
	if (!first) return [];
	const outcomes = [];
	process.env.TEST_AGAIN = name;
	for (const suite of first.testResults.filter(({ status }) => status === 'failed')) {
		const file = path.relative(process.cwd(), suite.name);
		console.log(`\n── ${name}, once more: ${file} ──`);
		const outputFile = resultFile(`${name}-again-${outcomes.length}`);
		const isGood = await run(again(file, outputFile));
		outcomes.push({ file, isGood });
		const second = readResult(outputFile);
		if (second) replaceSuite(first, suite, second);
	}
	fs.writeFileSync(resultFile(name), JSON.stringify(first));
	return outcomes;
}

/** The result of all suites, as if this one had been run the second time only. */
function replaceSuite(result, suite, second) {
	const of = (status) => suite.assertionResults.filter((test) => test.status === status).length;
	result.numPassedTests += second.numPassedTests - of('passed');
	result.numFailedTests += second.numFailedTests - of('failed');
	result.numPendingTests += second.numPendingTests - of('pending');
	const couldNotBeRead = suite.assertionResults.length === 0 ? 1 : 0;
	result.numRuntimeErrorTestSuites += second.numRuntimeErrorTestSuites - couldNotBeRead;
}

function readResult(file) {
	return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}

function resultFile(project) {
	return path.join(RESULTS_FOLDER, `${project}.json`);
}

/** A suite that could not even be read counts as one failure, and so does a jest that died. */
function countsOf(project, isGood) {
	const result = readResult(resultFile(project));
	if (!result) return { passed: 0, failed: isGood ? 0 : 1, skipped: 0 };
	const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
	return {
		passed: result.numPassedTests,
		failed: failed === 0 && !isGood ? 1 : failed,
		skipped: result.numPendingTests + result.numTodoTests,
	};
}

/** Lint, types and build are no tests, but a broken one must not end in "0 failed". */
function countsOfCheck(isGood) {
	return { passed: 0, failed: isGood ? 0 : 1, skipped: 0 };
}

function sum(counts) {
	const of = (key) => counts.reduce((total, count) => total + count[key], 0);
	return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

function inWords({ passed, failed, skipped }) {
	return [
		passed && `${passed} passed`,
		failed && `${failed} failed`,
		skipped && `${skipped} skipped`,
	]
		.filter(Boolean)
		.join(', ');
}

module.exports = { runTests };
