const { execFileSync } = require('node:child_process');
const fs = require('node:fs/promises');
const path = require('node:path');
const esbuild = require('esbuild');
const { dest, parallel, series, src } = require('gulp');
const packageJson = require('./package.json');

const DIST = 'dist';
/** Resolved by n8n at run time, shared with n8n itself. */
const PROVIDED_BY_N8N = ['n8n-workflow'];

const OPTIONS = {
	bundle: true,
	platform: 'node',
	format: 'cjs',
	// An older target would turn `node:sqlite` into `sqlite`, which does not exist.
	target: 'es2022',
	external: PROVIDED_BY_N8N,
	// A chunk is loaded with require, like everything else in n8n.
	supported: { 'dynamic-import': false },
	metafile: true,
	legalComments: 'none',
	logLevel: 'warning',
};

async function clean() {
	await fs.rm(DIST, { recursive: true, force: true });
}

async function checkTypes() {
	execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--noEmit'], {
		stdio: 'inherit',
	});
}

/**
 * `services/<name>/sdk.ts` is the border of a chunk: the package's code asks for it with a dynamic import
 * and gets `dist/chunks/<name>.js`, loaded on first use.
 */
const lazyChunks = {
	name: 'lazy-chunks',
	setup(build) {
		build.onResolve({ filter: /\/sdk\.ts$/ }, ({ path: target, resolveDir }) => {
			const service = path.basename(path.dirname(path.resolve(resolveDir, target)));
			return { path: `./chunks/${service}.js`, external: true };
		});
	},
};

/** All nodes share one bundle, so that they share one rate budget and one store; n8n loads it once. */
async function bundleNodes() {
	const { metafile } = await esbuild.build({
		...OPTIONS,
		plugins: [lazyChunks],
		stdin: { contents: reexports(packageJson.n8n.nodes), resolveDir: __dirname, loader: 'ts' },
		outfile: `${DIST}/nodes.js`,
	});
	await Promise.all(packageJson.n8n.nodes.map(writeStub));
	return metafile;
}

/** n8n wants a file per node, named after its class. */
async function writeStub(file) {
	const className = path.basename(file, '.node.js');
	await fs.mkdir(path.dirname(file), { recursive: true });
	await fs.writeFile(file, `exports.${className} = require('../../nodes.js').${className};\n`);
}

async function bundleCredentials() {
	const { metafile } = await esbuild.build({
		...OPTIONS,
		entryPoints: packageJson.n8n.credentials.map(sourceOf),
		outdir: `${DIST}/credentials`,
	});
	return metafile;
}

async function bundleChunks() {
	const files = await Array.fromAsync(fs.glob('services/*/sdk.ts'));
	const { metafile } = await esbuild.build({
		...OPTIONS,
		minify: true,
		entryPoints: files.map((file) => ({ in: file, out: path.basename(path.dirname(file)) })),
		outdir: `${DIST}/chunks`,
	});
	return metafile;
}

async function bundle() {
	const metafiles = await Promise.all([bundleNodes(), bundleCredentials(), bundleChunks()]);
	await writeNotices(metafiles.flatMap(({ inputs }) => Object.keys(inputs)));
}

/** The licences of everything that the bundles contain, as those licences ask for. */
async function writeNotices(inputs) {
	const folders = new Set(
		inputs.flatMap((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []),
	);
	const notices = await Promise.all([...folders].sort().map(toNotice));
	const heading = '# Third-party notices\n\nThe published bundles contain these packages.\n';
	await fs.writeFile('THIRD-PARTY-NOTICES.md', [heading, ...notices].join('\n'));
}

async function toNotice(folder) {
	const { name, version, license } = JSON.parse(
		await fs.readFile(path.join(folder, 'package.json'), 'utf8'),
	);
	const files = await fs.readdir(folder);
	const legal = files.filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
	const texts = await Promise.all(
		legal.map(async (file) => (await fs.readFile(path.join(folder, file), 'utf8')).trim()),
	);
	const body = texts.map((text) => `\n\`\`\`text\n${text}\n\`\`\`\n`).join('');
	return `## ${name} ${version} (${license})\n${body}`;
}

/** Icons and codex files, byte by byte. */
function copyAssets() {
	return src(['{nodes,credentials}/**/*.{svg,png,node.json}'], { encoding: false }).pipe(
		dest(DIST),
	);
}

/** `dist/nodes/X/X.node.js` is made of `nodes/X/X.node.ts`. */
function sourceOf(file) {
	return file.replace(/^dist\//, './').replace(/\.js$/, '.ts');
}

function reexports(files) {
	return files
		.map((file) => {
			const source = sourceOf(file);
			return `export { ${path.basename(file, '.node.js')} } from '${source}';`;
		})
		.join('\n');
}

/** The messages of the templates come from files that a copywriter edits. */
async function texts() {
	const { weaveTemplates } = await import('./build/weave-templates.ts');
	for (const file of await weaveTemplates('workflows'))
		process.stdout.write(`${file}: new texts\n`);
}

exports.clean = clean;
/** For quick work: everything but the type check. */
exports.bundle = series(clean, parallel(bundle, copyAssets));
exports.build = series(clean, parallel(checkTypes, bundle, copyAssets));
exports.texts = texts;
exports.default = exports.build;
