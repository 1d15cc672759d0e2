import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { INode } from 'n8n-workflow';
import { parsePages, type PageFile } from '../../build/page-texts.ts';
import { weavePages, type PageNode } from '../../build/weave-pages.ts';
import { readTexts } from '../../build/weave-templates.ts';
import { FOLDER, readTemplates, textsIn } from './template.ts';

const LANGUAGES = readdirSync(path.join(FOLDER, 'messages')).sort();

const FORM = 'n8n-nodes-base.form';
const FORM_TRIGGER = 'n8n-nodes-base.formTrigger';

const isPage = ({ type, parameters }: INode) =>
	type === FORM_TRIGGER ||
	(type === FORM && parameters['respondWith'] !== 'redirect') ||
	(type === 'n8n-nodes-base.respondToWebhook' &&
		String(parameters['responseBody']).includes('<!doctype html>'));

const templates = readTemplates()
	.map(({ file, nodes }) => ({
		name: path.basename(file, '.json'),
		pages: nodes.filter(isPage),
		set: new Set(nodes.flatMap(({ parameters }) => namesSetBy(parameters))),
	}))
	.filter(({ pages }) => pages.length > 0);

describe.each(templates)('the pages of $name', ({ name, pages, set }) => {
	let files: readonly PageFile[];
	beforeAll(async () => void ({ pages: files } = await readTexts(FOLDER, name)));

	it('are there in every language, each with a node that shows it', () => {
		expect(files.map(({ language }) => language).sort()).toEqual(LANGUAGES);
		const nodes = pages.map((node) => node.name).sort();
		for (const file of files) expect(file.pages.map((page) => page.name).sort()).toEqual(nodes);
	});

	it('ask the same, use the same fields and have the same buttons in every language', () => {
		const [first, ...others] = files.map((file) =>
			[...file.pages].sort((one, other) => one.name.localeCompare(other.name)).map(outlineOf),
		);
		for (const other of others) expect(other).toEqual(first);
	});

	it('have a button where there is something to press', () => {
		for (const { parameters, type, name: page } of pages) {
			const isQuestion = type === FORM_TRIGGER || parameters['operation'] === 'page';
			const button = files[0]?.pages.find((one) => one.name === page)?.button;
			expect([page, button !== '']).toEqual([page, isQuestion]);
		}
	});

	it('know each answer by its words, whatever the language', () => {
		const meanings = new Map<string, string>();
		for (const { field, value, text } of files.flatMap(answersOf)) {
			const key = `${field}: ${text}`;
			expect([key, meanings.get(key) ?? value]).toEqual([key, value]);
			meanings.set(key, value);
		}
	});

	it('hand the language on from the form that a link opens', () => {
		for (const { name: page, type, parameters } of pages) {
			if (type !== FORM_TRIGGER) continue;
			const { values } = parameters['formFields'] as unknown as { values: readonly object[] };
			expect([page, values]).toEqual([
				page,
				expect.arrayContaining([{ fieldType: 'hiddenField', fieldName: 'language' }]),
			]);
		}
	});

	it('use fields that the template sets', () => {
		const texts = pages.flatMap(({ parameters }) => textsIn(parameters));
		expect(texts.filter((text) => text.includes('[['))).toEqual([]);
		const used = texts.flatMap((text) => [...text.matchAll(/\$\{ \$json\.(\w+) \}/g)]);
		expect(used.filter(([, field = '']) => !set.has(field))).toEqual([]);
	});
});

describe('weavePages', () => {
	const node = (name: string, type: string, parameters: PageNode['parameters']): PageNode => ({
		name,
		type,
		parameters,
	});
	const ask = node('Ask', FORM_TRIGGER, {
		formFields: {
			values: [
				{ fieldName: 'why', fieldType: 'radio' },
				{ fieldName: 'token', fieldType: 'hiddenField' },
			],
		},
		options: { path: 'ask' },
	});
	const settings = node('Settings: ask', 'n8n-nodes-base.set', {
		assignments: { assignments: [{ name: 'supportUrl', value: 'https://example.com' }] },
	});
	const answer = node('Answer', 'n8n-nodes-base.set', {
		assignments: {
			assignments: [
				{ name: 'why', value: "={{ { 'Old': 'old' }[$('Ask').first().json.why] ?? 'other' }}" },
				{ name: 'else', value: 'as it was' },
			],
		},
	});
	const end = node('End', FORM, { operation: 'completion', options: { appendAttribution: false } });
	const sorry = node('Sorry', 'n8n-nodes-base.respondToWebhook', {
		responseBody: '=<html lang="en"><title>Old</title><main>Old</main></html>',
	});
	const to = (name: string) => ({ main: [[{ node: name }]] });
	const template = {
		nodes: [ask, settings, answer, end, sorry],
		connections: { Ask: to('Settings: ask'), 'Settings: ask': to('Answer'), Answer: to('End') },
	};
	const en = parsePages(
		"## Ask\n\nTitle: Why?\nButton: Send\n\nOne click.\n\n### why\n\nLabel: Why\n\n- price: It's dear\n- other: Else\n\n## End\n\nTitle: Thanks\n\n[Help]([[ support_url ]]), [[ price ]], `x`\n\n## Sorry\n\nTitle: Sorry\n\nOne\n\nTwo\n",
	);
	const hu = parsePages(
		'## Ask\n\nTitle: Miért?\nButton: Küldés\n\nEgy kattintás.\n\n### why\n\nLabel: Ok\n\n- price: Drága\n- other: Más\n\n## End\n\nTitle: Kösz\n\n[Segítség]([[ support_url ]]), [[ price ]]\n\n## Sorry\n\nTitle: Bocs\n\nEgy\n\nKettő\n',
	);
	const files = [
		{ language: 'hu', pages: hu },
		{ language: 'en', pages: en },
	];
	const woven = weavePages(template, files);
	const parametersOf = (name: string) => woven.find((one) => one.name === name)?.parameters;

	it('lets the first page speak the language that it is asked for', () => {
		expect(parametersOf('Ask')).toMatchObject({
			formTitle: "={{ { 'hu': `Miért?` }[$json.query?.language] ?? `Why?` }}",
			options: {
				path: 'ask',
				buttonLabel: "={{ { 'hu': `Küldés` }[$json.query?.language] ?? `Send` }}",
			},
		});
		expect(textsIn(parametersOf('Ask'))).toContain(
			"={{ { 'hu': `Drága` }[$json.query?.language] ?? `It's dear` }}",
		);
	});

	it('lets later pages speak the same, with the settings and what reaches the page', () => {
		const language = "$('Settings: ask').first().json.language";
		const link = (words: string) =>
			`<a href="\${ $('Settings: ask').first().json.supportUrl }">${words}</a>, \${ $json.price }`;
		expect(parametersOf('End')).toMatchObject({
			completionTitle: `={{ { 'hu': \`Kösz\` }[${language}] ?? \`Thanks\` }}`,
			completionMessage: `={{ { 'hu': \`${link('Segítség')}\` }[${language}] ?? \`${link('Help')}, \\\`x\\\`\` }}`,
		});
	});

	it('understands answers in every language', () => {
		expect(textsIn(parametersOf('Answer'))).toEqual([
			'why',
			"={{ { 'It\\'s dear': 'price', 'Else': 'other', 'Drága': 'price', 'Más': 'other' }[$('Ask').first().json.why] ?? 'other' }}",
			'else',
			'as it was',
		]);
	});

	it('writes into a page of HTML its language, title and paragraphs', () => {
		const [page = ''] = textsIn(parametersOf('Sorry'));
		expect(page).toMatch(/^=<html lang="\{\{ \{ 'hu': `hu` \}.*`en` \}\}"><title>\{\{ .*Bocs/);
		expect(page).toContain('<p>Egy</p><p>Kettő</p>');
		expect(page).not.toContain('Old');
	});

	it('changes nothing the second time', () => {
		expect(weavePages({ ...template, nodes: woven }, files)).toEqual(woven);
	});

	it('knows no settings before the first page', () => {
		const page = parsePages('## Ask\n\nTitle: Why?\n\n[[ support_url ]]');
		expect(() => weavePages(template, [{ language: 'en', pages: page }])).toThrow(
			'[[ support_url ]] is not known yet',
		);
	});
});

describe('parsePages', () => {
	it('reads pages by their headings, with buttons and questions', () => {
		const markdown =
			'## Ask me\n\nTitle: A\nButton: B\n\nC\n\nD\n\n### one\n\nLabel: E\nExample: F\n\n### two\n\nLabel: G\n\n- x: H\n- y: I\n\n## End\n\nTitle: J\n\nK\n';
		const pages = [
			{
				name: 'Ask me',
				title: 'A',
				button: 'B',
				body: 'C\n\nD',
				fields: [
					{ name: 'one', label: 'E', example: 'F', answers: [] },
					{
						name: 'two',
						label: 'G',
						example: '',
						answers: [
							{ value: 'x', text: 'H' },
							{ value: 'y', text: 'I' },
						],
					},
				],
			},
			{ name: 'End', title: 'J', button: '', body: 'K', fields: [] },
		];
		expect(parsePages(markdown)).toEqual(pages);
		expect(parsePages(markdown.replaceAll('\n', '\r\n'))).toEqual(pages);
	});

	it.each([
		['## One\n\nHello', '"## One" needs a line "Title:'],
		['## One\n\nTitle: A\n', '"## One" needs a line "Title:'],
		['## One\n\nTitle: A\n\n### two\n\nLabel: B\n', '"## One" needs a line "Title:'],
		['## One\n\nTitle: A\n\nB\n\n### two\n\nC\n', '"### two" needs a line "Label:'],
	])('refuses %j and says what it needs', (markdown, message) =>
		expect(() => parsePages(markdown)).toThrow(message),
	);
});

function namesSetBy(parameters: INode['parameters']): string[] {
	const { assignments } = parameters as unknown as {
		assignments?: { assignments?: ReadonlyArray<{ readonly name: string }> };
	};
	return (assignments?.assignments ?? []).map(({ name }) => name);
}

/** What must be the same in every language. */
function outlineOf({ name, button, body, fields }: PageFile['pages'][number]) {
	return {
		name,
		hasButton: button !== '',
		fields: [...body.matchAll(/\[\[\s*(\w+)/g)].map(([, field = '']) => field).sort(),
		questions: fields.map((field) => ({
			name: field.name,
			hasExample: field.example !== '',
			answers: field.answers.map(({ value }) => value),
		})),
	};
}

const answersOf = ({ pages }: PageFile) =>
	pages.flatMap((page) =>
		page.fields.flatMap((field) =>
			field.answers.map((answer) => ({ field: `${page.name}/${field.name}`, ...answer })),
		),
	);
