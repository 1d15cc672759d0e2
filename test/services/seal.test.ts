import { createSeal } from '../../services/seal.ts';

const SECRET = 'sk_test_key';
const seal = createSeal(SECRET, 'endpoint-secret');

/** The same with one bit of one byte turned. */
function flipped(sealed: string, at: number): string {
	const [version = '', text = ''] = sealed.split('.');
	const bytes = Buffer.from(text, 'base64url');
	const index = at < 0 ? bytes.length + at : at;
	bytes[index] = (bytes[index] ?? 0) ^ 1;
	return `${version}.${bytes.toString('base64url')}`;
}

describe('a sealed text', () => {
	it.each(['whsec_0123456789', '', 'árvíztűrő', 'x'.repeat(10_000)])('opens again: %#', (text) => {
		const sealed = seal.close(text, 'we_1');
		expect(sealed).toMatch(/^v1\.[\w-]+$/);
		expect(seal.open(sealed, 'we_1')).toBe(text);
		expect(createSeal(SECRET, 'endpoint-secret').open(sealed, 'we_1')).toBe(text);
	});

	it('shows nothing of what it holds, and is another one each time', () => {
		const sealed = Array.from({ length: 100 }, () => seal.close('whsec_0123456789', 'we_1'));
		expect(new Set(sealed).size).toBe(100);
		expect(sealed.filter((one) => one.includes('whsec'))).toEqual([]);
	});

	const sealed = seal.close('whsec_0123456789', 'we_1');
	const body = sealed.slice('v1.'.length);

	it.each([
		['another secret', createSeal('sk_test_rolled', 'endpoint-secret'), 'we_1'],
		['another purpose', createSeal(SECRET, 'something-else'), 'we_1'],
		['another label', seal, 'we_2'],
	])('does not open for %s', (_, by, label) => {
		expect(by.open(sealed, label)).toBeNull();
	});

	it.each([
		['a changed nonce', flipped(sealed, 0)],
		['a changed text', flipped(sealed, 12)],
		['a changed tag', flipped(sealed, -1)],
		[
			'a missing byte',
			`v1.${Buffer.from(body, 'base64url').subarray(0, -1).toString('base64url')}`,
		],
		['nothing but nonce and a part of the tag', `v1.${'A'.repeat(32)}`],
		['no bytes', 'v1.'],
		['no version', body],
		['another version', `v2.${body}`],
		['plain text', 'whsec_0123456789'],
		['nothing', ''],
	])('does not open with %s', (_, damaged) => {
		expect(seal.open(damaged, 'we_1')).toBeNull();
	});

	it('is not made without a secret', () => {
		expect(() => createSeal('', 'endpoint-secret')).toThrow('without a secret');
	});
});
