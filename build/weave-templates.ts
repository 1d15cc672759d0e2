import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseTexts, weave, type TemplateNode, type TextFile } from './message-texts.ts';

/** Writes the texts of `messages/` into the templates beside it, and resolves to the files that changed. */
export async function weaveTemplates(folder: string): Promise<string[]> {
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	const changed: string[] = [];
	for (const file of files) {
		if (await weaveTemplate(folder, file)) changed.push(file);
	}
	return changed;
}

/** The texts of one template, one file per language that has it. */
export async function readTexts(folder: string, template: string): Promise<TextFile[]> {
	const messages = path.join(folder, 'messages');
	const found = (await readdir(messages))
		.map((language) => ({ language, file: path.join(messages, language, `${template}.md`) }))
		.filter(({ file }) => existsSync(file));
	return await Promise.all(
		found.map(async ({ language, file }) => ({
			language,
			messages: parseTexts(await readFile(file, 'utf8')),
		})),
	);
}

async function weaveTemplate(folder: string, name: string): Promise<boolean> {
	const file = path.join(folder, name);
	const texts = await readTexts(folder, path.basename(name, '.json'));
	const template = JSON.parse(await readFile(file, 'utf8')) as { readonly nodes: TemplateNode[] };
	const woven = { ...template, nodes: template.nodes.map((node) => weave(node, texts)) };
	if (isDeepStrictEqual(woven, template)) return false;
	await writeFile(file, `${JSON.stringify(woven, null, '\t')}\n`);
	return true;
}
