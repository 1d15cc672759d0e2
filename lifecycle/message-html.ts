/**
 * A message as HTML, which is what Intercom shows: paragraphs written as plain text, set apart by an empty
 * line, would run together, and addresses could not be clicked. A body that has its own paragraphs or line
 * breaks stays as it is. Values in it must be escaped before.
 */
export function toHtml(body: string): string {
	if (HAS_LAYOUT.test(body)) return body;
	const text = linkAddresses(body.replaceAll('\r\n', '\n').trim());
	if (!text.includes('\n')) return text;
	return text
		.split(/\n\s*\n/)
		.map((paragraph) => `<p>${paragraph.trim().replace(/[ \t]*\n[ \t]*/g, '<br>')}</p>`)
		.join('\n');
}

const HAS_LAYOUT = /<(?:p|br|div|ul|ol|h[1-6]|table|blockquote|pre)\b/i;

/** Links and tags, which stay as they are, or an address. In HTML an ampersand in it is written `&amp;`. */
const ADDRESS =
	/<a\b[^>]*>.*?<\/a>|<[^>]*>|(?<address>https?:\/\/(?:&amp;|&(?!\w+;|#)|[^\s<>"'&])+)/gis;

/** What follows an address in a sentence. */
const PUNCTUATION = /[.,;:!?)\]]+$/;

function linkAddresses(text: string): string {
	return text.replace(ADDRESS, (whole, written: string | undefined) => {
		if (written === undefined) return whole;
		const end = written.endsWith('&amp;') ? '' : (PUNCTUATION.exec(written)?.[0] ?? '');
		const address = written.slice(0, written.length - end.length);
		return `<a href="${address}">${address}</a>${end}`;
	});
}
