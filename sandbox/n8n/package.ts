import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from './commands.ts';

/** Bundles the sources into `dist/`, without the type check that `npm run build` adds. */
export async function buildPackage(): Promise<void> {
	await run(process.execPath, ['node_modules/gulp/bin/gulp.js', 'bundle', '--silent']);
}

interface PackReport {
	readonly filename: string;
	readonly files: ReadonlyArray<{ readonly path: string }>;
}

/** Packs what `dist/` holds, as a release would be; resolves to the tarball. */
export async function packPackage(folder: string): Promise<string> {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
	const output = await run('npm', [
		'pack',
		'--json',
		'--ignore-scripts',
		'--pack-destination',
		folder,
	]);
	const [tarball] = Object.values(JSON.parse(output) as Record<string, PackReport>);
	if (!tarball) throw new Error(`npm packed nothing: ${output}`);
	await requireEntries(tarball);
	return resolve(join(folder, tarball.filename));
}

/** n8n only logs what it misses, and the first workflow to need it fails much later. */
async function requireEntries({ files }: PackReport) {
	const { n8n } = JSON.parse(await readFile('package.json', 'utf8')) as {
		n8n: { nodes: string[]; credentials: string[] };
	};
	const packed = new Set(files.map(({ path }) => path));
	const missing = [...n8n.nodes, ...n8n.credentials].filter((path) => !packed.has(path));
	if (missing.length === 0) return;
	throw new Error(`The build is not complete (npm run build): ${missing.join(', ')} missing.`);
}
