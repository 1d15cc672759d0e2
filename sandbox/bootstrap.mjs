/**
 * The door of `npm start` and `npm test`: plain JavaScript without dependencies, so that it runs on any Node
 * from 20 on, before anything is installed. It installs what the lock file says and goes on with the Node that
 * the project brings.
 */
const OLDEST_NODE = 20;

const COMMANDS = {
	start: 'sandbox/start.ts',
	sandbox: 'sandbox/sandbox.ts',
	story: 'sandbox/story/main.ts',
	bench: 'bench/main.ts',
	screenshots: 'sandbox/screenshots.ts',
};

async function main() {
	if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
		console.error(
			`This project needs Node ${OLDEST_NODE} or newer to start; this is ${process.version}. Get a newer one from https://nodejs.org and start again.`,
		);
		return 1;
	}
	const { default: path } = await import('node:path');
	const { fileURLToPath } = await import('node:url');
	const { onEndRequested } = await import('./setup/processes.cjs');
	const { ensureDependencies, runNode } = await import('./setup/project.cjs');

	process.chdir(path.dirname(path.dirname(fileURLToPath(import.meta.url))));
	let running;
	onEndRequested(async () => await running?.end());

	const [command, ...args] = process.argv.slice(2);
	if (command !== 'test' && !Object.hasOwn(COMMANDS, command)) {
		console.error(
			`Usage: node sandbox/bootstrap.mjs ${['test', ...Object.keys(COMMANDS)].join('|')}`,
		);
		return 1;
	}
	await ensureDependencies();
	if (command === 'test') {
		const { runTests } = await import('./setup/tests.cjs');
		return await runTests(args, (program) => (running = program));
	}
	running = runNode([COMMANDS[command], ...args]);
	return await running.code;
}

main().then(
	(code) => process.exit(code),
	(error) => {
		console.error(`\n${error.message}`);
		process.exit(1);
	},
);
