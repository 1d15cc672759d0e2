import type { Intercom } from 'intercom-client';
import { fillIn, textFor, type MergeValues } from '../../lifecycle/message-content.ts';
import { Failure } from '../../services/failure.ts';
import type { MessageContent } from '../../services/intercom/messages.ts';
import { readPairs } from '../input.ts';

interface ContentParams {
	readonly channel: 'email' | 'inapp';
	readonly content: 'text' | 'byLanguage';
	readonly subject: string;
	readonly body: string;
	readonly options: { readonly template?: 'personal' | 'plain' };
	readonly texts: {
		readonly text?: ReadonlyArray<{
			readonly language: string;
			readonly subject: string;
			readonly body: string;
		}>;
	};
	readonly mergeFields: {
		readonly field?: ReadonlyArray<{ readonly key: string; readonly value: string }>;
	};
	readonly defaultLanguage: string;
	readonly language: string;
}

export interface LocalContent {
	readonly content: MessageContent;
	/** Null when the same text goes to everybody. */
	readonly language: string | null;
}

/** What the item says to whom. Everything that can be refused before the contact is known, is. */
export function readContent(params: ContentParams): (to: Intercom.Contact) => LocalContent {
	if (params.content === 'text') {
		const content = toContent(params, params);
		return () => ({ content, language: null });
	}
	const { text: texts = [] } = params.texts;
	if (texts.length === 0) {
		throw new Failure('"Texts" is empty', { hint: 'Add a text in at least one language.' });
	}
	for (const text of texts) toContent(params, text);
	return (to) => {
		const text = textFor(texts, params.language || languageOf(to), params.defaultLanguage);
		// A subject that nobody will see must not keep a message back.
		const seen = params.channel === 'inapp' ? { ...text, subject: '' } : text;
		const values = { ...knownOf(to), ...readPairs(params.mergeFields.field) };
		return { content: toContent(params, fillIn(seen, values)), language: text.language };
	};
}

function toContent(
	{ channel, options }: ContentParams,
	{ subject, body }: { readonly subject: string; readonly body: string },
): MessageContent {
	if (body === '') throw new Failure('"Message" is empty');
	if (channel === 'inapp') return { type: 'inapp', body };
	if (subject === '') throw new Failure('"Subject" is empty');
	return { type: 'email', subject, body, template: options.template ?? 'personal' };
}

/** Intercom's own language of a contact cannot be set from outside, so the attribute comes first. */
function languageOf({
	custom_attributes: attributes,
	language_override: override,
	browser_language: browser,
}: Intercom.Contact): string {
	const own: unknown = attributes?.['language'];
	return typeof own === 'string' && own !== '' ? own : override || browser || '';
}

function knownOf({ name, email, external_id: accountId }: Intercom.Contact): MergeValues {
	return { name, first_name: name?.trim().split(/\s+/)[0], email, account_id: accountId };
}
