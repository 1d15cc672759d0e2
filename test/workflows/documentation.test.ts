import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json';
import { readTemplates } from './template.ts';

const ROOT = path.resolve(__dirname, '../..');
const PAGES = [
	...['README.md', 'CONTRIBUTING.md', 'workflows/README.md'],
	...pagesIn('docs'),
	...pagesIn('docs/templates'),
];

describe.each(PAGES)('%s', (page) => {
	const text = withoutCode(readFileSync(path.join(ROOT, page), 'utf8'));

	it('links to pages, headings and pictures that are there', () => {
		const targets = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, to = '']) => to);
		expect(targets.filter((target) => !leadsSomewhere(page, target))).toEqual([]);
	});
});

it('there is a page for every template, with a picture of its canvas', () => {
	for (const { file, id } of readTemplates()) {
		const page = `docs/templates/${path.basename(file, '.json')}.md`;
		expect([page, existsSync(path.join(ROOT, page))]).toEqual([page, true]);
		expect(readFileSync(path.join(ROOT, page), 'utf8')).toContain(`canvas-${id}.png`);
	}
});

it('the README leads to a page for every node', () => {
	const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
	for (const file of packageJson.n8n.nodes) {
		const page = path
			.basename(file, '.node.js')
			.replace(/\B[A-Z]/g, (letter) => `-${letter}`)
			.toLowerCase();
		expect(readme).toContain(`](docs/${page}.md)`);
	}
});

function pagesIn(folder: string): string[] {
	return readdirSync(path.join(ROOT, folder))
		.filter((name) => name.endsWith('.md'))
		.map((name) => `${folder}/${name}`);
}

function withoutCode(markdown: string): string {
	return markdown.replace(/```[^]*?```|`[^`\n]*`/g, '');
}

function leadsSomewhere(page: string, target: string): boolean {
	const [to = '', heading] = target.split('#');
	const file = to === '' ? path.join(ROOT, page) : path.resolve(ROOT, path.dirname(page), to);
	if (!existsSync(file)) return false;
	return heading === undefined || headingsOf(readFileSync(file, 'utf8')).includes(heading);
}

/** As GitHub makes them: https://docs.github.com/get-started/writing-on-github */
function headingsOf(markdown: string): string[] {
	return [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
		heading
			.toLowerCase()
			.replace(/[^\w\- ]/g, '')
			.replaceAll(' ', '-'),
	);
}
