import type { ChildProcess, SpawnOptions } from 'node:child_process';

/** Starts a program in a process group of its own; killed with all it started when this process exits. */
export function spawnOwned(
	command: string,
	args: readonly string[],
	options?: SpawnOptions,
): ChildProcess;

/** Signals a program and everything it started. A group that is gone already is no error. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void;

/** Runs `stop` once when this process is asked to end: Ctrl-C, a signal, or a parent that is gone. */
export function onEndRequested(stop: () => void | Promise<void>): void;
