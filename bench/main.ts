import { spawn } from 'node:child_process';
import path from 'node:path';
import { build } from 'esbuild';

/** `npm run bench -- <name>`: what the speed promises are measured with. Each prints a table and ends with JSON. */
const BENCHES: Readonly<Record<string, string>> = {
	batch: "500 customers on one node, against n8n's own Stripe node",
	events: "a burst of Stripe events, against n8n's own Stripe Trigger",
	store: 'a sweep for 1,000 due accounts among a million, against one among ten thousand',
	import: 'memory of an import of 100,000 subscriptions from Stripe',
	'stripe-stand-in': 'requests per second of the Stripe stand-in',
};

/** Their figure is memory, and the product runs bundled: loading it from its sources takes 50 MB by itself. */
const BUNDLED: ReadonlySet<string> = new Set(['import']);

const [name = '', ...args] = process.argv.slice(2);
if (name in BENCHES) {
	const source = path.join('bench', `${name}.ts`);
	const file = BUNDLED.has(name) ? await bundled(source) : source;
	// The product's files carry no package type, because n8n loads them as CommonJS.
	const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
	const bench = spawn(process.execPath, [quiet, file, ...args], { stdio: 'inherit' });
	bench.on('exit', (code) => (process.exitCode = code ?? 1));
} else {
	const lines = Object.entries(BENCHES).map(([key, text]) => `  ${key.padEnd(16)} ${text}`);
	process.stderr.write(`Usage: npm run bench -- <name>\n\n${lines.join('\n')}\n`);
	process.exitCode = 1;
}

/** One file with everything that the source imports, as `gulpfile.js` makes it of the nodes. Resolves to its path. */
async function bundled(source: string): Promise<string> {
	const outfile = path.join('.cache', 'bench', `${path.basename(source, '.ts')}.mjs`);
	await build({
		entryPoints: [source],
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		// An older target would turn `node:sqlite` into `sqlite`, which does not exist.
		target: 'es2022',
		external: ['n8n-workflow', 'pg-native'],
		banner: {
			js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
		},
		logLevel: 'error',
	});
	return outfile;
}
