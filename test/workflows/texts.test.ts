import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Intercom } from 'intercom-client';
import type { INode } from 'n8n-workflow';
import { parseTexts, weave } from '../../build/message-texts.ts';
import { readTexts, wovenNodes, type Texts } from '../../build/weave-templates.ts';
import { readContent } from '../../nodes/IntercomMessage/content.ts';
import { FOLDER, PACKAGE, readTemplates } from './template.ts';

const LANGUAGES = readdirSync(path.join(FOLDER, 'messages')).sort();
const MOST_WORDS = 120;
const LONGEST_SUBJECT = 60;

const isMessage = ({ type, parameters }: INode) =>
	type === `${PACKAGE}intercomMessage` &&
	parameters['resource'] === 'message' &&
	parameters['operation'] === 'send';

const templates = readTemplates().map((template) => ({
	name: path.basename(template.file, '.json'),
	template,
	messages: template.nodes.filter(isMessage),
}));

describe('the texts of the messages', () => {
	it('are there in English and Hungarian', () => {
		expect(LANGUAGES).toEqual(expect.arrayContaining(['en', 'hu']));
	});

	describe.each(templates.filter(({ messages }) => messages.length > 0))('$name', (template) => {
		let texts: Texts;
		beforeAll(async () => void (texts = await readTexts(FOLDER, template.name)));

		it('has every message in every language, and no text without a message', () => {
			expect(texts.messages.map(({ language }) => language).sort()).toEqual(LANGUAGES);
			const nodes = template.messages.map(({ name }) => name).sort();
			for (const { messages } of texts.messages) {
				expect(messages.map(({ name }) => name).sort()).toEqual(nodes);
			}
		});
	});
});

it.each(templates)(
	'$name holds what its files say: `npm run texts` would change nothing',
	async ({ name, template }) => {
		expect(wovenNodes(template, await readTexts(FOLDER, name))).toEqual(template.nodes);
	},
);

describe.each(
	templates.flatMap(({ name, messages }) =>
		messages
			.filter(({ parameters }) => 'texts' in parameters)
			.map((node) => [name, node.name, node] as const),
	),
)('%s: %s', (_template, _name, node) => {
	const { text: texts } = node.parameters['texts'] as unknown as {
		text: ReadonlyArray<{ language: string; subject: string; body: string }>;
	};

	it.each(texts)('can be filled in for somebody without a name: $language', ({ language }) => {
		const { subject, body } = filled(node, language);
		expect(`${subject} ${body}`).not.toMatch(/undefined|\[\[|\{\{/);
	});

	it.each(texts)('reads well where there is nothing to link to: $language', ({ language }) => {
		const { body } = filled(node, language, { article_url: '' });
		expect(body).not.toMatch(/href="\s*"|<p>\s*<\/p>/);
	});

	it.each(texts)('is short: $language', ({ language }) => {
		const { subject, body } = filled(node, language);
		const words = body.replace(/<[^>]+>/g, '').match(/\S+/g) ?? [];
		expect(words.length).toBeLessThanOrEqual(MOST_WORDS);
		expect(subject.length).toBeLessThanOrEqual(LONGEST_SUBJECT);
	});

	it('uses the same fields in all languages', () => {
		const [first, ...others] = texts.map(fieldsIn);
		for (const other of others) expect(other).toEqual(first);
	});

	it('offers a way out unless it is about the account itself', () => {
		if (node.parameters['category'] === 'transactional') return;
		for (const text of texts) expect(fieldsIn(text)).toContain('opt_out_url');
	});
});

describe('weave', () => {
	const files = [
		{ language: 'hu', messages: [{ name: 'Welcome', subject: 'Szia', body: 'Jó napot!' }] },
		{ language: 'en', messages: [{ name: 'Welcome', subject: 'Hi', body: 'Hello!' }] },
	];
	const text = [
		{ language: 'en', subject: 'Hi', body: 'Hello!' },
		{ language: 'hu', subject: 'Szia', body: 'Jó napot!' },
	];

	it('replaces one text by those of the files, English first, and keeps everything else', () => {
		const mergeFields = { field: [{ key: 'days_left', value: '={{ $json.daysLeft }}' }] };
		const node = {
			id: 'welcome',
			name: 'Welcome',
			parameters: { channel: 'email', subject: 'Old', body: 'Old', mergeFields },
		};
		expect(weave(node, files)).toEqual({
			id: 'welcome',
			name: 'Welcome',
			parameters: {
				channel: 'email',
				content: 'byLanguage',
				texts: { text },
				mergeFields,
				defaultLanguage: 'en',
			},
		});
	});

	it.each([
		['[[ card_url ]]', '[[ card_url ]]&amp;language=hu'],
		['[[opt_out_url]]', '[[opt_out_url]]&amp;language=hu'],
		['[[ invoice_url ]]', '[[ invoice_url ]]'],
		['https://example.com', 'https://example.com'],
	])('leads to pages in the language of the message: %s', (address, hungarian) => {
		const messages = [{ name: 'Welcome', subject: 'Hi', body: `<a href="${address}">here</a>` }];
		const both = ['en', 'hu'].map((language) => ({ language, messages }));
		expect(weave({ name: 'Welcome', parameters: {} }, both).parameters).toMatchObject({
			texts: {
				text: [
					{ language: 'en', body: `<a href="${address}">here</a>` },
					{ language: 'hu', body: `<a href="${hungarian}">here</a>` },
				],
			},
		});
	});

	it('changes nothing the second time, and no node that has no text', () => {
		const woven = weave({ name: 'Welcome', parameters: {} }, files);
		expect(weave(woven, files)).toEqual(woven);
		const other = { name: 'Goodbye', parameters: { body: 'Bye' } };
		expect(weave(other, files)).toBe(other);
	});
});

describe('parseTexts', () => {
	it('reads messages by their headings', () => {
		const markdown = '## One?\n\nSubject: A\n\nHi,\n\nB\n\n## Two\n\nSubject: C\n\nD\n';
		expect(parseTexts(markdown)).toEqual([
			{ name: 'One?', subject: 'A', body: 'Hi,\n\nB' },
			{ name: 'Two', subject: 'C', body: 'D' },
		]);
		expect(parseTexts(markdown.replaceAll('\n', '\r\n'))).toEqual(parseTexts(markdown));
	});

	it.each([
		['[here]([[ card_url ]])', '<a href="[[ card_url ]]">here</a>'],
		['[here]([[ article_url | ]])', '<a href="[[ article_url | ]]">here</a>'],
		['[here](https://example.com/a)', '<a href="https://example.com/a">here</a>'],
		['[[ name | there ]] (you)', '[[ name | there ]] (you)'],
		['[here](javascript:alert)', '[here](javascript:alert)'],
	])('turns the links of %j into HTML', (body, html) => {
		expect(parseTexts(`## One\n\nSubject: A\n\n${body}`)).toMatchObject([{ body: html }]);
	});

	it.each(['## One\n\nHello', '## One\n\nSubject: A\n', '## One\nSubject: A\nHello'])(
		'refuses %j and names the message',
		(markdown) => expect(() => parseTexts(markdown)).toThrow('"## One" needs a line "Subject:'),
	);
});

/** Stands in for whatever a template's expressions come to. */
const SAMPLES: Readonly<Record<string, string>> = {
	product_name: 'Acme Boards',
	days_left: '7',
	trial_ends_on: '2027-01-18',
	last_day: '2027-01-18',
	offer: '20 %',
	amount: '29.00 EUR',
};

/** The message as the node would send it to somebody of whom Intercom knows the e-mail only. */
function filled(node: INode, language: string, values: Readonly<Record<string, string>> = {}) {
	const { mergeFields = {} } = node.parameters as {
		mergeFields?: { field?: ReadonlyArray<{ key: string }> };
	};
	const field = (mergeFields.field ?? []).map(({ key }) => ({
		key,
		value: values[key] ?? SAMPLES[key] ?? `https://example.com/${key}`,
	}));
	const contentFor = readContent({
		channel: 'email',
		content: 'byLanguage',
		subject: '',
		body: '',
		options: {},
		texts: node.parameters['texts'] as { text: [] },
		mergeFields: { field },
		defaultLanguage: 'en',
		language,
	});
	const { content } = contentFor({ email: 'ada@example.com' } as Intercom.Contact);
	return { subject: '', ...content };
}

/** Hungarian puts the family name first, so Hungarian texts greet by the whole name. */
function fieldsIn({ subject, body }: { readonly subject: string; readonly body: string }) {
	const names = [...`${subject} ${body}`.matchAll(/\[\[\s*(\w+)/g)].map(([, name = '']) => name);
	return [...new Set(names.map((name) => (name === 'first_name' ? 'name' : name)))].sort();
}
