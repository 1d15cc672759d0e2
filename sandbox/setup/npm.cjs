'use strict';

const { createWriteStream } = require('node:fs');
const { finished } = require('node:stream/promises');
const { spawnOwned } = require('./processes.cjs');

const KEPT_OUTPUT_CHARACTERS = 200_000;

/** What went wrong, by what npm and the tools behind it print; the first row that matches is told. */
const EXPLANATIONS = [
	{
		pattern: /ENOSPC|no space left on device/i,
		sentence: 'The disk is full. Free some space (n8n needs about 3 GB) and start again.',
	},
	{
		pattern:
			/not found: make|make: (command )?not found|`make` failed|find (any )?Python|(cc|c\+\+|g\+\+): (command not found|No such file)|No Xcode|find Visual Studio/i,
		sentence:
			'No working compiler was found, and the database driver of n8n has to be compiled here. ' +
			'Install a C++ compiler, make and Python 3 (Debian, Ubuntu: "apt-get install -y g++ make python3"; ' +
			'macOS: "xcode-select --install") and start again.',
	},
	{
		pattern:
			/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network (request|timeout)|socket hang up/i,
		sentence:
			'The npm registry could not be reached. Check the network (and the proxy settings of npm, if you use one) and start again.',
	},
	{
		pattern: /EACCES|EPERM/,
		sentence: 'A folder is not writable for this user.',
	},
];

/** The cause behind npm's output in a sentence that says what to do, or null when it is none of the usual ones. */
function explainNpmFailure(output) {
	return EXPLANATIONS.find(({ pattern }) => pattern.test(output))?.sentence ?? null;
}

/**
 * Runs npm to its end. All its output goes to `logFile`; a failure is told in one sentence that
 * names the cause and that file.
 */
async function runNpm(args, { cwd, env = process.env, logFile }) {
	const log = createWriteStream(logFile, { flags: 'a' });
	// A full disk takes the log first; the cause is read from what is kept in memory.
	log.on('error', () => {});
	log.write(`$ npm ${args.join(' ')}\n`);
	let output = '';
	const child = spawnOwned('npm', args, {
		cwd,
		env: withoutOuterNpm(env),
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32',
	});
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding('utf8');
		stream.on('data', (text) => {
			log.write(text);
			output = (output + text).slice(-KEPT_OUTPUT_CHARACTERS);
		});
	}
	const end = await new Promise((resolve) => {
		child.once('error', (error) => resolve(error.message));
		child.once('close', (code, signal) => resolve(code === 0 ? null : `exit ${code ?? signal}`));
	});
	log.end();
	await finished(log).catch(() => {});
	if (end === null) return;
	const cause = explainNpmFailure(output) ?? `"npm ${args.join(' ')}" failed (${end}).`;
	throw new Error(`${cause}\nEverything that npm said is in ${logFile}`);
}

/**
 * Fails at once when the registry cannot be reached. npm itself tries each of its many requests again and
 * again, so that without a network an installation takes a quarter of an hour to fail.
 */
async function requireRegistry(options) {
	await runNpm(
		['view', 'node', 'version', '--prefer-online', '--fetch-retries=1', '--fetch-timeout=15000'],
		options,
	);
}

/** Under `npm start` the outer npm leaves its own run's state in the environment; settings stay. */
function withoutOuterNpm(env) {
	return Object.fromEntries(
		Object.entries(env).filter(
			([name]) =>
				!/^npm_(package|lifecycle)_/.test(name) &&
				!/^npm_config_(local_prefix|ignore_scripts)$/.test(name),
		),
	);
}

module.exports = { runNpm, requireRegistry, explainNpmFailure };
