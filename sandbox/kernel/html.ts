/** Markup that needs no escaping any more. */
export interface Markup {
	readonly markup: string;
}

type Fragment = string | number | Markup | false | undefined | readonly Fragment[];

/** Builds markup; whatever is put in is escaped unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...fragments: Fragment[]): Markup {
	return {
		markup: parts.reduce((sum, part, index) => sum + render(fragments[index - 1]) + part),
	};
}

function render(fragment: Fragment): string {
	if (fragment === undefined || fragment === false) return '';
	if (typeof fragment === 'number') return String(fragment);
	if (typeof fragment === 'string') return escape(fragment);
	if (isMarkup(fragment)) return fragment.markup;
	return fragment.map(render).join('');
}

function isMarkup(fragment: Markup | readonly Fragment[]): fragment is Markup {
	return 'markup' in fragment;
}

function escape(text: string): string {
	const entities: Record<string, string> = {
		'&': '&amp;',
		'<': '&lt;',
		'>': '&gt;',
		'"': '&quot;',
		"'": '&#39;',
	};
	return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
