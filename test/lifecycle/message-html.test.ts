import fc from 'fast-check';
import { fillIn } from '../../lifecycle/message-content.ts';
import { toHtml } from '../../lifecycle/message-html.ts';

const link = (address: string) => `<a href="${address}">${address}</a>`;

describe('toHtml', () => {
	it.each([
		['', ''],
		['Hello', 'Hello'],
		['One\n\nTwo', '<p>One</p>\n<p>Two</p>'],
		['One\r\n\r\nTwo\r\n', '<p>One</p>\n<p>Two</p>'],
		['One\n \n\nTwo\n', '<p>One</p>\n<p>Two</p>'],
		['Yours,\nAda', '<p>Yours,<br>Ada</p>'],
		['A <b>bold</b>\n\nword', '<p>A <b>bold</b></p>\n<p>word</p>'],
	])('lays out %j as %j', (body, html) => expect(toHtml(body)).toBe(html));

	it.each([
		'<p>One</p>\n\n<p>Two</p>',
		'One<br>https://example.com',
		'<UL><li>https://example.com</li></UL>',
	])('leaves %j alone, which has a layout of its own', (body) => expect(toHtml(body)).toBe(body));

	it.each([
		['https://example.com', link('https://example.com')],
		['See https://example.com/a.', `See ${link('https://example.com/a')}.`],
		['(http://example.com/a)', `(${link('http://example.com/a')})`],
		['https://example.com/?a=1&amp;b=2', link('https://example.com/?a=1&amp;b=2')],
		['https://example.com/?a=1&b=2', link('https://example.com/?a=1&b=2')],
		['&quot;https://example.com/a&quot;', `&quot;${link('https://example.com/a')}&quot;`],
		['&lt;https://example.com/a&gt;', `&lt;${link('https://example.com/a')}&gt;`],
		['https://example.com/#/b_c~d', link('https://example.com/#/b_c~d')],
		['<a href="https://example.com">here</a>', '<a href="https://example.com">here</a>'],
		[link('https://example.com'), link('https://example.com')],
		['<img src="https://example.com/a.png">', '<img src="https://example.com/a.png">'],
		['javascript:alert(1)', 'javascript:alert(1)'],
	])('makes the addresses in %j clickable', (body, html) => expect(toHtml(body)).toBe(html));

	it('lets no merge value add a tag', () => {
		const value = fc.stringMatching(/^[\w<>"'&;:/.= \n]{1,40}$/).map((end) => `https://x${end}`);
		fc.assert(
			fc.property(value, (name) => {
				const { body } = fillIn({ subject: '', body: 'Hi [[ name ]],\n\nbye' }, { name });
				const tags = toHtml(body).match(/<[^>]*>/g) ?? [];
				expect(tags.filter((tag) => !/^<(?:\/?p|br|\/a|a href="[^"<>\s]*")>$/.test(tag))).toEqual(
					[],
				);
				const address = /href="([^"]*)"/.exec(toHtml(body))?.[1];
				expect(address).toMatch(/^https:\/\/x/);
			}),
		);
	});
});
