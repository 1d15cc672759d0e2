import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export interface TestProcess {
	readonly child: ChildProcessByStdio<Writable, Readable, null>;
	/** The next line that it prints, null at its end. */
	nextLine(): Promise<string | null>;
	readonly exited: Promise<number | null>;
}

/** Runs a script of this folder in a process of its own, from the TypeScript source. */
export function runScript(script: string, ...args: readonly unknown[]): TestProcess {
	const child = spawn(
		process.execPath,
		[
			'--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
			join(__dirname, script),
			JSON.stringify(args),
		],
		{ stdio: ['pipe', 'pipe', 'inherit'] },
	);
	const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
	return {
		child,
		nextLine: async () => {
			const { value, done } = await lines.next();
			return done ? null : (value ?? null);
		},
		exited: once(child, 'exit').then(([code]) => code as number | null),
	};
}
