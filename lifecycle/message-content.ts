/** One message in one language, with merge fields: `Hi {{ first_name | there }}`. */
export interface MessageText {
	/** A language tag such as `en` or `pt-BR`. */
	readonly language: string;
	readonly subject: string;
	readonly body: string;
}

/** What merge fields stand for. What is missing or empty falls back to the default in the text. */
export type MergeValues = Readonly<Record<string, string | null | undefined>>;

/**
 * The text for a reader: in their very language, else in its base language, else in the default one.
 * Throws a RangeError when not even the default one is there.
 */
export function textFor<Text extends { readonly language: string }>(
	texts: readonly Text[],
	language: string,
	defaultLanguage: string,
): Text {
	for (const tag of fallbacks(language, defaultLanguage)) {
		const text = texts.find((candidate) => normal(candidate.language) === tag);
		if (text) return text;
	}
	throw new RangeError(`There is no text in the default language "${defaultLanguage}"`);
}

/**
 * Fills the merge fields in. The body is HTML, so values are escaped there; the subject is plain text of one
 * line. Values are inserted as they are and never searched for fields. A link whose address is a field with an
 * empty default, and has no value, is left out with its words. Throws a RangeError that names the field for which
 * there is neither value nor default.
 */
export function fillIn<Text extends Pick<MessageText, 'subject' | 'body'>>(
	text: Text,
	values: MergeValues,
): Text {
	return {
		...text,
		subject: merge(text.subject, values, inOneLine),
		body: merge(withoutLinksToNowhere(text.body, values), values, escapeHtml),
	};
}

const LINK = /<a\b[^>]*\bhref="(?<address>[^"]*)"[^>]*>.*?<\/a>/gis;

/** `<a href="{{ article_url | }}">words</a>` where there is no article. */
function withoutLinksToNowhere(body: string, values: MergeValues): string {
	return body.replace(LINK, (link, address: string) => {
		const [field] = address.matchAll(FIELD);
		const isOnlyField = field !== undefined && field[0] === address.trim();
		return isOnlyField && valueOf(field, values) === '' ? '' : link;
	});
}

/** `{{ name }}` or `{{ name | default }}`; in square brackets where double braces already mean something. */
const FIELD =
	/\{\{\s*(?<curly>\w+)\s*(?:\|(?<curlyDefault>[^{}]*))?\}\}|\[\[\s*(?<square>\w+)\s*(?:\|(?<squareDefault>[^[\]]*))?\]\]/g;

const LEFT_OVER = /\{\{|\}\}|\[\[|\]\]/;

function merge(text: string, values: MergeValues, write: (value: string) => string): string {
	const parts: string[] = [];
	let end = 0;
	for (const match of text.matchAll(FIELD)) {
		parts.push(plain(text.slice(end, match.index)), write(valueOf(match, values)));
		end = match.index + match[0].length;
	}
	return [...parts, plain(text.slice(end))].join('');
}

function plain(text: string): string {
	const found = LEFT_OVER.exec(text);
	if (!found) return text;
	const nearby = text.slice(found.index, found.index + 20);
	throw new RangeError(`"${nearby}" is not a merge field; write it as {{ name | default }}`);
}

/** An expression that found nothing leaves one of these. */
const MISSING: ReadonlySet<string> = new Set(['', 'undefined', 'null']);

function valueOf({ groups = {} }: RegExpMatchArray, values: MergeValues): string {
	const name = groups['curly'] ?? groups['square'] ?? '';
	const value = Object.hasOwn(values, name) ? values[name]?.trim() : undefined;
	if (value !== undefined && !MISSING.has(value)) return value;
	const fallback = groups['curlyDefault'] ?? groups['squareDefault'];
	if (fallback !== undefined) return fallback.trim();
	throw new RangeError(
		`The merge field "${name}" has no value, and no default in the text ({{ ${name} | default }})`,
	);
}

function inOneLine(value: string): string {
	return value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

function escapeHtml(value: string): string {
	return value.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}

/** `pt-BR`, `pt`, then the same for the default language. */
function fallbacks(language: string, defaultLanguage: string): string[] {
	return [language, defaultLanguage].flatMap((written) => {
		const tag = normal(written);
		return tag === '' ? [] : [tag, tag.split('-')[0] ?? tag];
	});
}

function normal(language: string): string {
	return language.trim().replaceAll('_', '-').toLowerCase();
}
