import fc from 'fast-check';
import { fillIn, textFor } from '../../lifecycle/message-content.ts';

const texts = ['en', 'hu', 'pt', 'pt-BR'].map((language) => ({ language, subject: '', body: '' }));

describe('textFor', () => {
	it.each([
		['hu', 'hu'],
		['HU', 'hu'],
		['hu-HU', 'hu'],
		['hu_HU', 'hu'],
		['pt-BR', 'pt-BR'],
		['pt-PT', 'pt'],
		['de', 'en'],
		['de-CH', 'en'],
		['', 'en'],
		[' hu ', 'hu'],
	])('a reader of %j gets %s', (language, expected) => {
		expect(textFor(texts, language, 'en').language).toBe(expected);
	});

	it('takes the base of the default language, too', () => {
		expect(textFor(texts, 'de', 'en-GB').language).toBe('en');
	});

	it('refuses when the default language is missing', () => {
		expect(() => textFor(texts, 'de', 'fr')).toThrow(
			'There is no text in the default language "fr"',
		);
	});
});

const inBody = (body: string, values: Parameters<typeof fillIn>[1] = {}) =>
	fillIn({ subject: '', body }, values).body;
const inSubject = (subject: string, values: Parameters<typeof fillIn>[1] = {}) =>
	fillIn({ subject, body: '' }, values).subject;

describe('fillIn', () => {
	it.each([
		[
			'<a href="[[ url | ]]">Read it</a>',
			{ url: 'https://a.com/?b&c' },
			'<a href="https://a.com/?b&amp;c">Read it</a>',
		],
		['One\n\n<a href="[[ url | ]]">Read it</a>\n\nTwo', {}, 'One\n\n\n\nTwo'],
		[
			'<a class="x" href="{{url|}}">Read <b>it</b></a>, or <a href="https://b.com">b</a>',
			{ url: '' },
			', or <a href="https://b.com">b</a>',
		],
		['<a href="[[ url | https://b.com ]]">Read it</a>', {}, '<a href="https://b.com">Read it</a>'],
		['<a href="https://b.com/[[ id | ]]">Read it</a>', {}, '<a href="https://b.com/">Read it</a>'],
	])('with a link to an article, or to nowhere: %j with %j is %j', (body, values, expected) => {
		expect(inBody(body, values)).toBe(expected);
	});

	it('does not send a link whose address is missing and has no default', () => {
		expect(() => inBody('<a href="[[ url ]]">Read it</a>')).toThrow('The merge field "url"');
	});

	it.each([
		['Hi {{ name }}!', { name: 'Ada' }, 'Hi Ada!'],
		['Hi {{name}}, {{ name }}', { name: 'Ada' }, 'Hi Ada, Ada'],
		['Hi {{ name | there }}', { name: 'Ada' }, 'Hi Ada'],
		['Hi {{ name | there }}', {}, 'Hi there'],
		['Hi {{ name | there }}', { name: '' }, 'Hi there'],
		['Hi {{ name | there }}', { name: '  ' }, 'Hi there'],
		['Hi {{ name | there }}', { name: null }, 'Hi there'],
		['Hi {{ name | there }}', { name: 'undefined' }, 'Hi there'],
		['Hi {{ name | there }}', { name: 'null' }, 'Hi there'],
		['Hi {{ name | there }}', { name: 'Null' }, 'Hi Null'],
		['Hi{{ name | }}', {}, 'Hi'],
		['Hi [[ name | there ]]', {}, 'Hi there'],
		['Hi [[name]]', { name: 'Ada' }, 'Hi Ada'],
		['Hi {{ toString | there }}', {}, 'Hi there'],
		['{ color: red } [1]', {}, '{ color: red } [1]'],
		['', {}, ''],
	])('%j with %j is %j', (body, values, expected) => {
		expect(inBody(body, values)).toBe(expected);
	});

	it.each([
		['Hi {{ name }}', 'The merge field "name" has no value, and no default in the text'],
		['Hi [[ name ]]', 'The merge field "name" has no value, and no default in the text'],
		['Hi {{ }}', '"{{ }}" is not a merge field; write it as {{ name | default }}'],
		['Hi {{ $json.name }}', 'is not a merge field'],
		['Hi {{ name', 'is not a merge field'],
		['Hi name }}', 'is not a merge field'],
	])('refuses %j', (text, message) => {
		expect(() => inBody(text)).toThrow(message);
		expect(() => inSubject(text)).toThrow(message);
	});

	it('escapes values in the body, not in the subject', () => {
		const name = `<b>Tom & "Jerry's"</b>`;
		expect(inBody('<p>{{ name }}</p>', { name })).toBe(
			'<p>&lt;b&gt;Tom &amp; &quot;Jerry&#39;s&quot;&lt;/b&gt;</p>',
		);
		expect(inSubject('{{ name }}', { name })).toBe(name);
	});

	it('keeps the subject in one line', () => {
		expect(inSubject('Hi {{ name }}', { name: 'Ada\r\nBcc: all@example.com' })).toBe(
			'Hi Ada Bcc: all@example.com',
		);
	});

	it('keeps the other properties of a text', () => {
		const text = { language: 'en', subject: 'a', body: 'b' };
		expect(fillIn(text, {})).toEqual(text);
	});

	it('never evaluates a value, and lets none break out of the text', () => {
		const nasty = fc.stringMatching(/^[\w {}|[\]$&<>"'`=.]{1,40}$/);
		fc.assert(
			fc.property(nasty, nasty, (one, other) => {
				fc.pre([one, other].every((value) => !['', 'null', 'undefined'].includes(value.trim())));
				const body = inBody('<a href="{{ one }}">{{ two }}</a>', { one, two: other });
				const [, href = '', label = ''] = /^<a href="([^"<>]*)">([^<>]*)<\/a>$/.exec(body) ?? [];
				expect([unescaped(href), unescaped(label)]).toEqual([one.trim(), other.trim()]);
			}),
		);
	});

	it('never greets "undefined": a text is filled in whole, or refused', () => {
		const value = fc.option(fc.constantFrom('', ' ', 'Ada'), { nil: undefined });
		fc.assert(
			fc.property(value, fc.boolean(), (name, hasDefault) => {
				const text = hasDefault ? 'Hi {{ name | there }}' : 'Hi {{ name }}';
				const isKnown = name?.trim() === 'Ada';
				if (!isKnown && !hasDefault) expect(() => inBody(text, { name })).toThrow(RangeError);
				else expect(inBody(text, { name })).toBe(isKnown ? 'Hi Ada' : 'Hi there');
			}),
		);
	});
});

function unescaped(html: string): string {
	const letters = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
	return html.replace(
		/&(?:lt|gt|quot|#39|amp);/g,
		(entity) => letters[entity as keyof typeof letters],
	);
}
