import { spawnOwned } from '../setup/processes.cjs';

/**
 * Runs a program to its end and returns what it printed; a failure carries its last lines. It has a channel to
 * this process, whose end tells it that it is alone.
 */
export async function run(
	command: string,
	args: readonly string[],
	options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
	const child = spawnOwned(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
	let stdout = '';
	let all = '';
	child.stdout?.setEncoding('utf8').on('data', (text: string) => {
		stdout += text;
		all += text;
	});
	child.stderr?.setEncoding('utf8').on('data', (text: string) => (all += text));
	const code = await new Promise<number | string>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 'unknown'));
	});
	if (code === 0) return stdout;
	const lastLines = all.trim().split('\n').slice(-20).join('\n');
	throw new Error(`${command} ${args.join(' ')} failed (${code}):\n${lastLines}`);
}
