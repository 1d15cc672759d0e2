import { withLinks } from './message-texts.ts';

/** What all pages of one template say in one language, as a copywriter writes it: see docs/texts.md. */
export interface PageFile {
	readonly language: string;
	readonly pages: readonly WrittenPage[];
}

export interface WrittenPage {
	/** The name of the node that shows it. */
	readonly name: string;
	readonly title: string;
	/** Empty where there is nothing to press. */
	readonly button: string;
	/** Plain paragraphs, with links as HTML. */
	readonly body: string;
	readonly fields: readonly WrittenField[];
}

export interface WrittenField {
	readonly name: string;
	readonly label: string;
	/** What stands in it until somebody writes. */
	readonly example: string;
	/** What can be chosen, and the value that it stands for in every language. */
	readonly answers: readonly WrittenAnswer[];
}

export interface WrittenAnswer {
	readonly value: string;
	readonly text: string;
}

const PAGE =
	/^## (?<name>.+)\n+Title: (?<title>.+)\n(?:Button: (?<button>.+)\n)?\n(?<body>(?!###)[^]*?\S)\s*(?<fields>(?:\n### [^]*)?)$/;
const FIELD =
	/^### (?<name>\w+)\n+Label: (?<label>.+)(?:\nExample: (?<example>.+))?(?<answers>(?:\n+- \w+: .+)*)\s*$/;

/** Reads a file of `workflows/pages/<language>/`. Throws where a page is not written as it should be. */
export function parsePages(markdown: string): WrittenPage[] {
	return sectionsOf(markdown.replaceAll('\r\n', '\n'), '##').map((section) => {
		const found = PAGE.exec(section)?.groups;
		if (!found) throw unreadable(section, 'a line "Title: ...", an empty line, and a text');
		const { name = '', title = '', button = '', body = '', fields = '' } = found;
		return {
			name: name.trim(),
			title: title.trim(),
			button: button.trim(),
			body: withLinks(body),
			fields: sectionsOf(fields, '###').map(parseField),
		};
	});
}

function parseField(section: string): WrittenField {
	const found = FIELD.exec(section)?.groups;
	if (!found) throw unreadable(section, 'a line "Label: ...", and answers as "- value: text"');
	const { name = '', label = '', example = '', answers = '' } = found;
	return {
		name,
		label: label.trim(),
		example: example.trim(),
		answers: [...answers.matchAll(/^- (\w+): (.+)$/gm)].map(([, value = '', text = '']) => ({
			value,
			text: text.trim(),
		})),
	};
}

function sectionsOf(markdown: string, level: string): string[] {
	return `\n${markdown}`.split(new RegExp(`\\n(?=${level} )`)).slice(1);
}

function unreadable(section: string, needed: string): SyntaxError {
	const [heading = ''] = section.split('\n');
	return new SyntaxError(`"${heading}" needs ${needed}`);
}
