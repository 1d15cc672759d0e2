'use strict';

const { spawn } = require('node:child_process');

const ON_WINDOWS = process.platform === 'win32';
const owned = new Set();
let guarded = false;

/**
 * Starts a program in a process group of its own, so that what it starts in turn ends with it.
 * Whatever still runs when this process exits is killed.
 */
function spawnOwned(command, args, options = {}) {
	if (!guarded) {
		guarded = true;
		process.on('exit', () => {
			for (const child of owned) killGroup(child, 'SIGKILL');
		});
	}
	const child = spawn(command, args, { ...options, detached: !ON_WINDOWS });
	owned.add(child);
	const forget = () => {
		owned.delete(child);
		killGroup(child, 'SIGKILL');
	};
	child.once('exit', forget);
	child.once('error', () => owned.delete(child));
	return child;
}

/** Signals a program and everything it started. A group that is gone already is no error. */
function killGroup(child, signal) {
	if (child.pid === undefined) return;
	try {
		if (ON_WINDOWS) child.kill(signal);
		else process.kill(-child.pid, signal);
	} catch (error) {
		// macOS answers EPERM for a group of which only zombies are left.
		if (error.code !== 'ESRCH' && error.code !== 'EPERM') throw error;
	}
}

const PARENT_CHECK_MS = 500;

/**
 * Runs `stop` once when this process is asked to end: by Ctrl-C, by a signal, or because the one that
 * started it is gone. Only a second Ctrl-C does not wait for `stop`: one request
 * may arrive twice, from the terminal and from the parent.
 */
function onEndRequested(stop) {
	let isEnding = false;
	const end = (reason, code) => async () => {
		if (isEnding && reason === 'SIGINT') process.exit(code);
		if (isEnding) return;
		isEnding = true;
		try {
			await stop();
		} finally {
			process.exit(code);
		}
	};
	process.on('SIGINT', end('SIGINT', 130));
	process.on('SIGTERM', end('SIGTERM', 143));
	process.on('SIGHUP', end('SIGHUP', 129));
	if (process.channel) {
		process.channel.unref();
		process.on('disconnect', end('disconnect', 143));
	} else if (process.env.npm_lifecycle_event) {
		// npm hands a signal to the shell that it runs scripts with, and that one dies of it in silence.
		const parent = process.ppid;
		const endAsOrphan = end('orphaned', 143);
		setInterval(() => {
			if (process.ppid !== parent) void endAsOrphan();
		}, PARENT_CHECK_MS).unref();
	}
}

module.exports = { spawnOwned, killGroup, onEndRequested };
