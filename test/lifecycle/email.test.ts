import fc from 'fast-check';
import { canonicalEmail, emailDomain, isEmail } from '../../lifecycle/email.ts';

const label63 = 'a'.repeat(63);

describe('isEmail', () => {
	it.each([
		'ann@example.com',
		"o'neil+trial@mail.example.co.uk",
		'first.last@example.com',
		'ann@münchen.de',
		'ann@xn--mnchen-3ya.de',
		'用户@例子.中国',
		'_x-1%y@example.travel',
		`${'a'.repeat(64)}@example.com`,
		`ann@${label63}.com`,
	])('accepts %s', (email) => {
		expect(isEmail(email)).toBe(true);
	});

	it.each([
		['nothing', ''],
		['no at sign', 'ann.example.com'],
		['no local part', '@example.com'],
		['no domain', 'ann@'],
		['two at signs', 'ann@home@example.com'],
		['no dot in the domain', 'ann@localhost'],
		['an address as domain', 'ann@127.0.0.1'],
		['an address in brackets', 'ann@[127.0.0.1]'],
		['a dot first', '.ann@example.com'],
		['a dot last', 'ann.@example.com'],
		['two dots', 'ann..b@example.com'],
		['a dot last in the domain', 'ann@example.com.'],
		['an empty label', 'ann@example..com'],
		['a hyphen first in a label', 'ann@-example.com'],
		['a hyphen last in a label', 'ann@example-.com'],
		['an underscore in the domain', 'ann@my_host.com'],
		['an escape in the domain', 'ann@ex%61mple.com'],
		['a space inside', 'an n@example.com'],
		['a space around', ' ann@example.com'],
		['a line break', 'ann@example.com\nbcc: x@example.com'],
		['a quoted local part', '"ann b"@example.com'],
		['a display name', 'Ann <ann@example.com>'],
		['a comma', 'ann@example.com,bob@example.com'],
		['a NUL', 'ann\u0000@example.com'],
		['a zero-width space', 'ann\u200b@example.com'],
		['65 characters before the at sign', `${'a'.repeat(65)}@example.com`],
		['64 characters in a label', `ann@a${label63}.com`],
		['255 characters', `ann@${`${label63}.`.repeat(3)}${'a'.repeat(55)}.com`],
	])('refuses %s', (_, email) => {
		expect(isEmail(email)).toBe(false);
	});

	it('refuses megabytes made to stall a backtracking pattern, within the time of a test', () => {
		for (const piece of ['a.', 'a', '-', '+', '@', 'é', '%']) {
			expect(isEmail(`${piece.repeat(500_000)}@${piece.repeat(500_000)}`)).toBe(false);
		}
	});
});

describe('canonicalEmail', () => {
	it.each([
		['as it is', 'ann@example.com', 'ann@example.com'],
		['case and spaces', '  Ann@EXAMPLE.com\n', 'ann@example.com'],
		['a tag', 'ann+trial2@example.com', 'ann@example.com'],
		['many tags', 'ann+a+b@example.com', 'ann@example.com'],
		['a plus at the front is the name', '+ann@example.com', '+ann@example.com'],
		['dots count outside Gmail', 'a.n.n@example.com', 'a.n.n@example.com'],
		['dots do not count at Gmail', 'a.n.n+x@Gmail.com', 'ann@gmail.com'],
		['Gmail by its other name', 'A.nn@googlemail.com', 'ann@gmail.com'],
		['a domain that only ends like Gmail', 'a.nn@notgmail.com', 'a.nn@notgmail.com'],
		['an international domain', 'ann@MÜNCHEN.de', 'ann@xn--mnchen-3ya.de'],
		['the same letter in two Unicode forms', 'rene\u0301@example.com', 'ren\u00e9@example.com'],
		['no e-mail at all', ' Nonsense ', 'nonsense'],
	])('%s', (_, written, canonical) => {
		expect(canonicalEmail(written)).toBe(canonical);
	});

	const mailbox = fc.tuple(fc.emailAddress(), fc.stringMatching(/^[a-z0-9+.]{0,8}$/));

	it('says the same of every spelling of one mailbox', () => {
		fc.assert(
			fc.property(mailbox, ([email, tag]) => {
				const at = email.lastIndexOf('@');
				const respelt = ` ${email.slice(0, at)}+${tag}${email.slice(at).toUpperCase()}`;
				fc.pre(!email.startsWith('+'));
				expect(canonicalEmail(respelt)).toBe(canonicalEmail(email));
			}),
		);
	});

	it('leaves what is already canonical, whatever it was made from', () => {
		fc.assert(
			fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: 'binary' })), (text) => {
				expect(canonicalEmail(canonicalEmail(text))).toBe(canonicalEmail(text));
			}),
		);
	});
});

describe('emailDomain', () => {
	it.each([
		['Ann@Mail.Example.COM', 'mail.example.com'],
		['ann@googlemail.com', 'gmail.com'],
		['ann@münchen.de', 'xn--mnchen-3ya.de'],
		['nonsense', null],
	])('of %s is %s', (email, domain) => {
		expect(emailDomain(email)).toBe(domain);
	});
});
