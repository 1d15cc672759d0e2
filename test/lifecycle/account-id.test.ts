import { accountIdFor, isAccountId } from '../../lifecycle/account-id.ts';

describe('accountIdFor', () => {
	it('is stable across releases, because it is stored in Stripe and Intercom', () => {
		expect(accountIdFor('ann@example.com')).toBe('acct_71d4f55f72fa128dfb46');
	});

	it('is the same for every spelling of a mailbox and an account id itself', () => {
		expect(accountIdFor(' A.nn+x@GoogleMail.com')).toBe(accountIdFor('ann@gmail.com'));
		expect(isAccountId(accountIdFor('ann@gmail.com'))).toBe(true);
	});

	it('differs between mailboxes', () => {
		expect(accountIdFor('ann@example.com')).not.toBe(accountIdFor('bob@example.com'));
	});
});

describe('isAccountId', () => {
	it.each(['1', 'acme-1', 'team/42', 'Žofie & Co', 'a'.repeat(200), '...', '5f3e:eu'])(
		'accepts %s',
		(id) => {
			expect(isAccountId(id)).toBe(true);
		},
	);

	it.each([
		['nothing', ''],
		['201 characters', 'a'.repeat(201)],
		['a single quote', "o'neil"],
		['a double quote', 'the "one"'],
		['a backslash', 'a\\b'],
		['a line break', 'a\nb'],
		['a line separator', 'a\u2028b'],
		['a control character', 'a\u0000b'],
		['a zero-width space', 'a\u200bb'],
		['half a surrogate pair', 'a\ud800'],
		['a space first', ' a'],
		['a space last', 'a '],
		['only a space', ' '],
		['a step in a path', '.'],
		['a step up in a path', '..'],
	])('refuses %s', (_, id) => {
		expect(isAccountId(id)).toBe(false);
	});
});
