/** The cause behind npm's output in a sentence that says what to do, or null when it is none of the usual ones. */
export function explainNpmFailure(output: string): string | null;

interface NpmOptions {
	readonly cwd: string;
	readonly env?: NodeJS.ProcessEnv;
	readonly logFile: string;
}

/** Runs npm to its end, its output into `logFile`; fails with one sentence that names cause and log. */
export function runNpm(args: readonly string[], options: NpmOptions): Promise<void>;

/** Fails within seconds, and with a sentence, when the npm registry cannot be reached. */
export function requireRegistry(options: NpmOptions): Promise<void>;
