import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseTexts, weave, type TextFile } from './message-texts.ts';
import { parsePages, type PageFile } from './page-texts.ts';
import { weavePages, type PageNode, type PageTemplate } from './weave-pages.ts';

/** Writes the texts of `messages/` and `pages/` into the templates beside them, and resolves to the files that changed. */
export async function weaveTemplates(folder: string): Promise<string[]> {
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	const changed: string[] = [];
	for (const file of files) {
		if (await weaveTemplate(folder, file)) changed.push(file);
	}
	return changed;
}

/** What a template says, one file per language that has it. */
export interface Texts {
	readonly messages: readonly TextFile[];
	readonly pages: readonly PageFile[];
}

export async function readTexts(folder: string, template: string): Promise<Texts> {
	return {
		messages: await readLanguages(path.join(folder, 'messages'), template, (markdown) => ({
			messages: parseTexts(markdown),
		})),
		pages: await readLanguages(path.join(folder, 'pages'), template, (markdown) => ({
			pages: parsePages(markdown),
		})),
	};
}

async function readLanguages<Content>(
	folder: string,
	template: string,
	parse: (markdown: string) => Content,
) {
	const found = (await readdir(folder))
		.map((language) => ({ language, file: path.join(folder, language, `${template}.md`) }))
		.filter(({ file }) => existsSync(file));
	return await Promise.all(
		found.map(async ({ language, file }) => ({
			language,
			...parse(await readFile(file, 'utf8')),
		})),
	);
}

/** The nodes of a template, saying what its files say. */
export function wovenNodes<Node extends PageNode>(
	template: PageTemplate<Node>,
	{ messages, pages }: Texts,
): Node[] {
	return weavePages(template, pages).map((node) => weave(node, messages));
}

async function weaveTemplate(folder: string, name: string): Promise<boolean> {
	const file = path.join(folder, name);
	const texts = await readTexts(folder, path.basename(name, '.json'));
	const template = JSON.parse(await readFile(file, 'utf8')) as PageTemplate;
	const woven = { ...template, nodes: wovenNodes(template, texts) };
	if (isDeepStrictEqual(woven, template)) return false;
	await writeFile(file, `${JSON.stringify(woven, null, '\t')}\n`);
	return true;
}
