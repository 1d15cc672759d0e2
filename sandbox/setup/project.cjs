'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { requireRegistry, runNpm } = require('./npm.cjs');
const { createProgress } = require('./progress.cjs');

const NODE = path.join(
	'node_modules',
	'node',
	'bin',
	process.platform === 'win32' ? 'node.exe' : 'node',
);
const LOG_FILE = path.join('.cache', 'install.log');
/** Longer than a stopped n8n may take. */
const END_PATIENCE_MS = 30_000;

/** Installs the project's own dependencies when they are missing or not those of the lock file. */
async function ensureDependencies() {
	const wanted = readPackages('package-lock.json');
	const isCurrent = hasPackages(
		wanted,
		readPackages(path.join('node_modules', '.package-lock.json')),
	);
	if (isCurrent && fs.existsSync(NODE)) return;

	const progress = createProgress();
	fs.mkdirSync(path.dirname(LOG_FILE), { recursive: true });
	const logFile = path.resolve(LOG_FILE);
	try {
		if (!isCurrent) {
			progress.begin('Installing dependencies');
			await requireRegistry({ cwd: process.cwd(), logFile });
			const timer = setInterval(() => progress.detail(countInstalled(wanted)), 1000);
			// Without scripts: what a dependency runs at install time is not needed, but for the one below.
			await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
				cwd: process.cwd(),
				logFile,
			}).finally(() => clearInterval(timer));
		}
		progress.begin('Installing Node for the project');
		await runNpm(['rebuild', 'node', '--ignore-scripts=false'], { cwd: process.cwd(), logFile });
		progress.done();
	} catch (error) {
		progress.failed();
		throw error;
	}
}

/** npm keeps beside the packages a lock file of what it really installed, written at the very end. */
function readPackages(file) {
	try {
		return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
	} catch (error) {
		if (error.code === 'ENOENT') return {};
		throw error;
	}
}

/** Optional packages are left out on platforms that are not theirs. */
function hasPackages(wanted, installed) {
	return Object.entries(wanted).every(
		([place, { version, optional }]) =>
			place === '' || optional || installed[place]?.version === version,
	);
}

function countInstalled(wanted) {
	const places = Object.keys(wanted).filter((place) => place !== '' && !wanted[place].optional);
	const found = places.filter((place) => fs.existsSync(path.join(place, 'package.json')));
	return `${found.length} of ${places.length} packages`;
}

/**
 * Runs a script with the project's own Node, which reads TypeScript. It stays in this process group, so that
 * Ctrl-C reaches it, and notices by its IPC channel when this process is gone.
 */
function runNode(args) {
	const child = spawn(path.resolve(NODE), args, {
		stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
		env: {
			...process.env,
			PATH: [path.resolve('node_modules/.bin'), process.env.PATH].join(path.delimiter),
		},
	});
	const code = new Promise((resolve, reject) => {
		child.once('error', reject);
		child.once('exit', (exitCode) => resolve(exitCode ?? 1));
	});
	return {
		code,
		async end() {
			child.kill('SIGTERM');
			const timer = setTimeout(() => child.kill('SIGKILL'), END_PATIENCE_MS);
			await code;
			clearTimeout(timer);
		},
	};
}

module.exports = { ensureDependencies, runNode };
