/** What all messages of one template say in one language, as a copywriter writes it: see docs/texts.md. */
export interface TextFile {
	readonly language: string;
	readonly messages: readonly WrittenMessage[];
}

export interface WrittenMessage {
	/** The name of the node that sends it. */
	readonly name: string;
	readonly subject: string;
	/** Plain paragraphs, with links as HTML. */
	readonly body: string;
}

export interface TemplateNode {
	readonly name: string;
	readonly parameters: Readonly<Record<string, unknown>>;
}

const MESSAGE = /^## (?<name>.+)\n+Subject: (?<subject>.+)\n\n(?<body>[^]+)$/;

/** Reads a file of `workflows/messages/<language>/`. Throws where a message is not written as it should be. */
export function parseTexts(markdown: string): WrittenMessage[] {
	const [, ...sections] = `\n${markdown.replaceAll('\r\n', '\n')}`.split(/\n(?=## )/);
	return sections.map((section) => {
		const { name, subject, body } = MESSAGE.exec(section)?.groups ?? {};
		if (name === undefined || subject === undefined || body === undefined) {
			const [heading = ''] = section.split('\n');
			throw new SyntaxError(`"${heading}" needs a line "Subject: ...", an empty line, and a body`);
		}
		return { name: name.trim(), subject: subject.trim(), body: withLinks(body.trim()) };
	});
}

/** `[words](address)`, where the address may be a merge field, with an empty default where there may be none. */
const LINK =
	/(?<!\[)\[(?<words>[^[\]]+)\]\((?<address>\[\[\s*\w+\s*(?:\|\s*)?\]\]|https?:[^\s()]+)\)/g;

/** n8n and Intercom know HTML but no Markdown: a merge value must never be able to become a link. */
export function withLinks(body: string): string {
	return body.replace(LINK, '<a href="$<address>">$<words></a>');
}

/** English first, because it stands in for languages that are missing; the others by the alphabet. */
export function inOrder<File extends { readonly language: string }>(
	files: readonly File[],
): File[] {
	const rank = ({ language }: File) => (language === DEFAULT_LANGUAGE ? '' : language);
	return [...files].sort((one, other) => rank(one).localeCompare(rank(other)));
}

const DEFAULT_LANGUAGE = 'en';

/** Addresses of pages of the templates, which speak the language that they are asked for. */
const PAGE_LINK = /href="\[\[ *(?:card|come_back|feedback|opt_out)_url *\]\](?=")/g;

/** A message leads to pages in its own language. */
function withLanguage(body: string, language: string): string {
	return language === DEFAULT_LANGUAGE
		? body
		: body.replace(PAGE_LINK, `$&&amp;language=${language}`);
}

/** The node with its texts from the files; the very same node where no file has a text for it. */
export function weave<Node extends TemplateNode>(node: Node, files: readonly TextFile[]): Node {
	const text = inOrder(files).flatMap(({ language, messages }) =>
		messages
			.filter(({ name }) => name === node.name)
			.map(({ subject, body }) => ({ language, subject, body: withLanguage(body, language) })),
	);
	if (text.length === 0) return node;
	const others = Object.entries(node.parameters).filter(([name]) => !ONE_TEXT.has(name));
	const parameters = {
		defaultLanguage: DEFAULT_LANGUAGE,
		...Object.fromEntries(others),
		content: 'byLanguage',
		texts: { text },
	};
	return { ...node, parameters };
}

/** The fields of a node that says the same to everybody. */
const ONE_TEXT: ReadonlySet<string> = new Set(['subject', 'body']);
