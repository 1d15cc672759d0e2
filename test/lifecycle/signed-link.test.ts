import fc from 'fast-check';
import {
	checkLink,
	LINK_PURPOSES,
	linkUrl,
	MAX_LINK_TOKEN_LENGTH,
	signLink,
} from '../../lifecycle/signed-link.ts';

const SECRET = 'whsec_c2VjcmV0';
const NOW = new Date('2027-01-10T09:00:00.000Z');
const TOMORROW = new Date('2027-01-11T09:00:00.000Z');
const REALM = { mode: 'test', workspace: 'default' } as const;
const CLAIMS = {
	purpose: 'opt_out',
	accountId: 'acct_1',
	expiresAt: TOMORROW,
	data: { offer: 'spring' },
} as const;
const TOKEN = signLink({ ...CLAIMS, ...REALM }, SECRET);
const EXPECTED = { ...REALM, purposes: ['opt_out'] } as const;
const [PAYLOAD = '', SIGNATURE = ''] = TOKEN.split('.');

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const flip = (text: string, at: number) =>
	text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

it('gives back what was signed', () => {
	expect(checkLink(TOKEN, EXPECTED, SECRET, NOW)).toEqual({ valid: true, ...CLAIMS });
});

it('is the same for the same claims, so that a message that is made again is the same', () => {
	expect(signLink({ ...CLAIMS, ...REALM }, SECRET)).toBe(TOKEN);
});

it('is stable across releases, because it stands in mails', () => {
	expect(TOKEN).toBe(
		`${encode(['opt_out', 'acct_1', +TOMORROW, { offer: 'spring' }])}.fy0Uz2vey3HT28N7aTkZ9AGhcGeg2dWAOHLMZ_0-jVY`,
	);
});

it.each([
	['nothing', '', 'malformed'],
	['a word', 'hello', 'malformed'],
	['a signature alone', `.${SIGNATURE}`, 'malformed'],
	['a payload alone', `${PAYLOAD}.`, 'malformed'],
	['a truncated signature', TOKEN.slice(0, -1), 'malformed'],
	['something after the end', `${TOKEN}A`, 'malformed'],
	['a line break after the end', `${TOKEN}\n`, 'malformed'],
	['padding', `${TOKEN}=`, 'malformed'],
	['three parts', `${TOKEN}.${SIGNATURE}`, 'malformed'],
	['a very long token', `${'A'.repeat(1_000_000)}.${SIGNATURE}`, 'malformed'],
	['a truncated payload', `${PAYLOAD.slice(0, -1)}.${SIGNATURE}`, 'forged'],
	['a changed payload', `${flip(PAYLOAD, 20)}.${SIGNATURE}`, 'forged'],
	['a changed signature', `${PAYLOAD}.${flip(SIGNATURE, 5)}`, 'forged'],
	[
		// 43 letters carry 258 bits: a last Y and a last Z decode to the same 256.
		'another spelling of the signature',
		`${PAYLOAD}.${SIGNATURE.replace(/Y$/, 'Z')}`,
		'forged',
	],
	['another account', `${encode(['opt_out', 'acct_2', +TOMORROW, {}])}.${SIGNATURE}`, 'forged'],
	[
		'a later end',
		`${encode(['opt_out', 'acct_1', 4e12, { offer: 'spring' }])}.${SIGNATURE}`,
		'forged',
	],
	['what is not JSON', `bm90IEpTT04.${SIGNATURE}`, 'forged'],
	['another secret', signLink({ ...CLAIMS, ...REALM }, 'whsec_b3RoZXI='), 'forged'],
	['another mode', signLink({ ...CLAIMS, ...REALM, mode: 'live' }, SECRET), 'forged'],
	['another workspace', signLink({ ...CLAIMS, ...REALM, workspace: 'acme' }, SECRET), 'forged'],
	[
		'another purpose',
		signLink({ ...CLAIMS, ...REALM, purpose: 'add_card' }, SECRET),
		'wrong_purpose',
	],
	[
		'another purpose, expired',
		signLink({ ...CLAIMS, ...REALM, purpose: 'add_card', expiresAt: NOW }, SECRET),
		'wrong_purpose',
	],
	['an end that is reached', signLink({ ...CLAIMS, ...REALM, expiresAt: NOW }, SECRET), 'expired'],
])('refuses %s', (_what, token, reason) => {
	expect(checkLink(token, EXPECTED, SECRET, NOW)).toEqual({ valid: false, reason });
});

it.each([
	[new Date(+TOMORROW - 1), true],
	[TOMORROW, false],
	[new Date(+TOMORROW + 1), false],
])('at %p is valid: %p', (now, valid) => {
	expect(checkLink(TOKEN, EXPECTED, SECRET, now).valid).toBe(valid);
});

it('serves one of several purposes, and says which', () => {
	const expected = { ...REALM, purposes: ['come_back', 'undo_cancel'] } as const;
	const token = signLink({ ...CLAIMS, ...REALM, purpose: 'undo_cancel' }, SECRET);
	expect(checkLink(token, expected, SECRET, NOW)).toMatchObject({ purpose: 'undo_cancel' });
});

it('never works without a secret', () => {
	expect(() => signLink({ ...CLAIMS, ...REALM }, '')).toThrow('without a secret');
	expect(() => checkLink(TOKEN, EXPECTED, '', NOW)).toThrow('without a secret');
});

it('carries any text, and fits into an address as it is', () => {
	const text = fc.string({ unit: 'binary', maxLength: 60 });
	fc.assert(
		fc.property(
			fc.constantFrom(...LINK_PURPOSES),
			text,
			fc.dictionary(text, text, { maxKeys: 3, noNullPrototype: true }),
			fc.date({ min: TOMORROW, max: new Date('2037-01-01'), noInvalidDate: true }),
			(purpose, accountId, data, expiresAt) => {
				const token = signLink({ purpose, accountId, data, expiresAt, ...REALM }, SECRET);
				fc.pre(token.length <= MAX_LINK_TOKEN_LENGTH);
				expect(encodeURIComponent(token)).toBe(token);
				const verdict = checkLink(token, { ...REALM, purposes: [purpose] }, SECRET, NOW);
				expect(verdict).toEqual({ valid: true, purpose, accountId, data, expiresAt });
			},
		),
	);
});

it('belongs to one partition, however their names are cut', () => {
	const token = signLink({ ...CLAIMS, mode: 'test', workspace: 'a","b' }, SECRET);
	const elsewhere = { ...EXPECTED, workspace: 'a' };
	expect(checkLink(token, elsewhere, SECRET, NOW)).toEqual({ valid: false, reason: 'forged' });
});

it.each([
	['https://n8n.example.com/form/x', 'https://n8n.example.com/form/x?token=a.b'],
	[
		'https://n8n.example.com/form/x?lang=hu#top',
		'https://n8n.example.com/form/x?lang=hu&token=a.b#top',
	],
	['https://n8n.example.com/form/x?token=old', 'https://n8n.example.com/form/x?token=a.b'],
])('stands behind %s', (pageUrl, url) => {
	expect(linkUrl(pageUrl, 'a.b')).toBe(url);
});
