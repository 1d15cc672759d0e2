import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { run } from './commands.ts';

/** Bundles the sources into `dist/`, without the type check that `npm run build` adds. */
export async function buildPackage(): Promise<void> {
	await run(process.execPath, ['node_modules/gulp/bin/gulp.js', 'bundle', '--silent']);
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
	const [tarball] = Object.values(JSON.parse(output) as Record<string, { filename: string }>);
	if (!tarball) throw new Error(`npm packed nothing: ${output}`);
	return resolve(join(folder, tarball.filename));
}
