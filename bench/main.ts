import { spawn } from 'node:child_process';
import path from 'node:path';

/** `npm run bench -- <name>`: what the speed promises are measured with. Each prints a table and ends with JSON. */
const BENCHES: Readonly<Record<string, string>> = {
	store: 'a sweep for 1,000 due accounts among a million, against one among ten thousand',
	import: 'memory of an import of 100,000 subscriptions from Stripe',
	'stripe-stand-in': 'requests per second of the Stripe stand-in',
};

const [name = '', ...args] = process.argv.slice(2);
if (name in BENCHES) {
	const file = path.join('bench', `${name}.ts`);
	// The product's files carry no package type, because n8n loads them as CommonJS.
	const quiet = '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON';
	const bench = spawn(process.execPath, [quiet, file, ...args], { stdio: 'inherit' });
	bench.on('exit', (code) => (process.exitCode = code ?? 1));
} else {
	const lines = Object.entries(BENCHES).map(([key, text]) => `  ${key.padEnd(16)} ${text}`);
	process.stderr.write(`Usage: npm run bench -- <name>\n\n${lines.join('\n')}\n`);
	process.exitCode = 1;
}
