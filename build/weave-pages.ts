import { inOrder, type TemplateNode } from './message-texts.ts';
import type { PageFile, WrittenField, WrittenPage } from './page-texts.ts';

/** A template as far as its pages are concerned. */
export interface PageTemplate<Node extends PageNode = PageNode> {
	readonly nodes: readonly Node[];
	readonly connections: Readonly<Record<string, Readonly<Record<string, Outputs>>>>;
}

type Outputs = ReadonlyArray<ReadonlyArray<{ readonly node: string }> | null>;

export interface PageNode extends TemplateNode {
	readonly type: string;
}

type Parameters = TemplateNode['parameters'];

interface Written {
	readonly language: string;
	readonly page: WrittenPage;
}

/** Turns what a page says in each language into one expression that picks the reader's. */
type Say = (words: (written: Written) => string) => string;

/** The nodes of a template with the pages of its files, and with the answers to their questions understood. */
export function weavePages<Node extends PageNode>(
	template: PageTemplate<Node>,
	files: readonly PageFile[],
): Node[] {
	const ordered = inOrder(files);
	return template.nodes.map((node) => ({
		...node,
		parameters: withAnswers(withPage(node, ordered, template), ordered),
	}));
}

/** A link names the language of the message that it stands in, and every form hands that on. */
function withPage(node: PageNode, files: readonly PageFile[], template: PageTemplate): Parameters {
	const [first, ...others] = files.flatMap(({ language, pages }) =>
		pages.filter(({ name }) => name === node.name).map((page) => ({ language, page })),
	);
	const place = PLACES[kindOf(node)];
	if (!first || !place) return node.parameters;
	const settings = settingsBefore(node.name, template);
	const language = settings ? `${firstOf(settings)}.language` : '$json.query?.language';
	const say: Say = (words) => {
		const otherwise = quoted(words(first), settings);
		const translations = others.map(
			(other) => `'${other.language}': ${quoted(words(other), settings)}`,
		);
		return others.length === 0
			? `{{ ${otherwise} }}`
			: `{{ { ${translations.join(', ')} }[${language}] ?? ${otherwise} }}`;
	};
	return place(node.parameters, say, first.page);
}

type Place = (parameters: Parameters, say: Say, page: WrittenPage) => Parameters;

/** Which parameters hold the words, by the kind of page. */
const PLACES: Readonly<Record<string, Place>> = {
	formTrigger: (parameters, say, page) => ({
		...parameters,
		formTitle: whole(say(titleOf)),
		formDescription: whole(say(bodyOf)),
		formFields: { values: fieldsOf(parameters).map((field) => withWords(field, say, page)) },
		options: { ...optionsOf(parameters), buttonLabel: whole(say(buttonOf)) },
	}),
	page: (parameters, say) => ({
		...parameters,
		options: {
			...optionsOf(parameters),
			formTitle: whole(say(titleOf)),
			formDescription: whole(say(bodyOf)),
			buttonLabel: whole(say(buttonOf)),
		},
	}),
	completion: (parameters, say) => ({
		...parameters,
		completionTitle: whole(say(titleOf)),
		completionMessage: whole(say(bodyOf)),
		options: { ...optionsOf(parameters), formTitle: whole(say(titleOf)) },
	}),
	respondToWebhook: (parameters, say) => ({
		...parameters,
		responseBody: String(parameters['responseBody'])
			.replace(/<html lang="[^"]*">/, () => `<html lang="${say(({ language }) => language)}">`)
			.replace(/<title>.*?<\/title>/, () => `<title>${say(titleOf)}</title>`)
			.replace(
				/<main>[^]*?<\/main>/,
				() => `<main><h1>${say(titleOf)}</h1>${say(paragraphsOf)}</main>`,
			),
	}),
};

function kindOf({ type, parameters }: PageNode): string {
	return type === 'n8n-nodes-base.form'
		? String(parameters['operation'])
		: type.replace('n8n-nodes-base.', '');
}

const titleOf = ({ page }: Written) => page.title;
const bodyOf = ({ page }: Written) => page.body;
const buttonOf = ({ page }: Written) => page.button;
const paragraphsOf = ({ page }: Written) =>
	page.body
		.split(/\n{2,}/)
		.map((paragraph) => `<p>${paragraph}</p>`)
		.join('');

interface FormField {
	readonly fieldName?: string;
}

const optionsOf = (parameters: Parameters) => parameters['options'] as Parameters;
const fieldsOf = (parameters: Parameters) =>
	(parameters['formFields'] as { readonly values: readonly FormField[] }).values;

function withWords(field: FormField, say: Say, page: WrittenPage): object {
	const inPage = ({ fields }: WrittenPage) => fields.find(({ name }) => name === field.fieldName);
	const model = inPage(page);
	if (!model) return field;
	const sayOf = (words: (written: WrittenField) => string | undefined) =>
		whole(say((written) => words(inPage(written.page) ?? model) ?? ''));
	const answers = model.answers.map(({ value }) => ({
		option: sayOf((written) => written.answers.find((answer) => answer.value === value)?.text),
	}));
	return {
		...field,
		fieldLabel: sayOf(({ label }) => label),
		...(model.example === '' ? {} : { placeholder: sayOf(({ example }) => example) }),
		...(answers.length === 0 ? {} : { fieldOptions: { values: answers } }),
	};
}

/** n8n hands on the words of an answer; a table of all languages leads from them to what they stand for. */
const LOOK_UP =
	/^=\{\{ \{.*\}(?<key>\[\$\('(?<form>[^']+)'\)\.first\(\)\.json\.(?<field>\w+)\].*)$/s;

function withAnswers(parameters: Parameters, files: readonly PageFile[]): Parameters {
	const assignments = assignmentsOf(parameters);
	if (assignments.length === 0) return parameters;
	const understood = assignments.map((assignment) => {
		const { key = '', form, field } = LOOK_UP.exec(String(assignment.value))?.groups ?? {};
		const answers = files
			.flatMap(({ pages }) => pages.filter(({ name }) => name === form))
			.flatMap(({ fields }) => fields.filter(({ name }) => name === field))
			.flatMap((written) => written.answers);
		if (answers.length === 0) return assignment;
		const table = answers.map(
			({ text, value }) => `'${text.replace(/['\\]/g, '\\$&')}': '${value}'`,
		);
		return { ...assignment, value: `={{ { ${table.join(', ')} }${key}` };
	});
	return { ...parameters, assignments: { assignments: understood } };
}

interface Assignment {
	readonly name: string;
	readonly value: unknown;
}

function assignmentsOf(parameters: Parameters): readonly Assignment[] {
	const { assignments } = parameters as {
		assignments?: { readonly assignments?: readonly Assignment[] };
	};
	return assignments?.assignments ?? [];
}

/** The nearest settings on the way to a page; none before the first page, when nothing has run yet. */
function settingsBefore(page: string, { nodes, connections }: PageTemplate): PageNode | undefined {
	const seen = new Set<string>();
	for (let level = [page]; level.length > 0;) {
		const found = nodes.find(({ name }) => level.includes(name) && name.startsWith('Settings'));
		if (found) return found;
		for (const name of level) seen.add(name);
		level = Object.entries(connections)
			.filter(
				([name, { main = [] }]) =>
					!seen.has(name) && main.flat().some((to) => to && level.includes(to.node)),
			)
			.map(([name]) => name);
	}
	return undefined;
}

const whole = (expression: string) => `=${expression}`;
const firstOf = ({ name }: PageNode) => `$('${name}').first().json`;

/** `[[ support_url ]]` is the setting `supportUrl`; what is no setting comes with what reaches the page. */
function quoted(text: string, settings: PageNode | undefined): string {
	const literal = text
		.replace(/[`\\]|\$(?=\{)/g, '\\$&')
		.replace(/\[\[\s*(\w+)\s*\]\]/g, (_field, name: string) => {
			const key = name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
			if (!settings) throw new RangeError(`[[ ${name} ]] is not known yet when a form is opened`);
			const isSetting = assignmentsOf(settings.parameters).some((setting) => setting.name === key);
			return `\${ ${isSetting ? firstOf(settings) : '$json'}.${key} }`;
		});
	return `\`${literal}\``;
}
