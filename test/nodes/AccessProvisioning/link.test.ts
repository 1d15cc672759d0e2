import type { ItemParams } from '../../support/execute-node.ts';
import { access, useProduct } from './harness.ts';

const PAGE = 'https://n8n.example.com/form/saas-opt-out';

const product = useProduct();
const { run } = product;

const create = (accountId: string, more: ItemParams = {}): ItemParams => ({
	...access('create', accountId, { resource: 'link', purpose: 'opt_out', pageUrl: PAGE, ...more }),
});
const check = (token: unknown, more: ItemParams = {}): ItemParams => ({
	resource: 'link',
	operation: 'check',
	token,
	purposes: ['opt_out', 'add_card'],
	mode: 'test',
	...more,
});
const tokenFor = async (accountId: string, more: ItemParams = {}) =>
	(await run([create(accountId, more)]))[0]?.['token'];

const NOBODY = { purpose: null, accountId: null, data: {}, expiresAt: null };

it('makes a link for each item, which opens its own page only', async () => {
	const data = { entry: [{ key: 'offer', value: 'köszönöm' }] };
	const before = Date.now();
	const [first, second] = await run([
		create('acct_1', { validDays: 2, data }),
		create('acct_2', { purpose: 'add_card' }),
	]);
	expect(first).toEqual({
		url: `${PAGE}?token=${String(first?.['token'])}`,
		token: expect.any(String) as string,
		purpose: 'opt_out',
		accountId: 'acct_1',
		expiresAt: expect.any(String) as string,
	});
	expect(Date.parse(String(first?.['expiresAt'])) - before).toBeGreaterThanOrEqual(2 * 86_400_000);
	expect(Date.parse(String(second?.['expiresAt'])) - before).toBeGreaterThanOrEqual(
		30 * 86_400_000,
	);

	expect(await run([check(first?.['token']), check(second?.['token'])])).toEqual([
		{
			valid: true,
			reason: null,
			purpose: 'opt_out',
			accountId: 'acct_1',
			data: { offer: 'köszönöm' },
			expiresAt: first?.['expiresAt'],
		},
		{
			valid: true,
			reason: null,
			purpose: 'add_card',
			accountId: 'acct_2',
			data: {},
			expiresAt: second?.['expiresAt'],
		},
	]);
	// Nothing of this is the product's business.
	expect(product.writes()).toEqual([]);
});

it('says why a link is refused, and nothing about whose it is', async () => {
	const token = await tokenFor('acct_1');
	const live = await tokenFor('acct_1', { mode: 'live' });
	const other = await tokenFor('acct_1', { workspace: 'client' });
	expect(
		await run([
			check(''),
			check(undefined),
			check(`x${String(token)}`),
			check(live),
			check(other),
			check(token, { purposes: ['feedback'] }),
		]),
	).toEqual(
		['malformed', 'malformed', 'forged', 'forged', 'forged', 'wrong_purpose'].map((reason) => ({
			valid: false,
			reason,
			...NOBODY,
		})),
	);
	const [row] = await run([check(token)], { signingSecret: 'whsec_b3RoZXI=' });
	expect(row).toEqual({ valid: false, reason: 'forged', ...NOBODY });
});

it('refuses a link whose time is over', async () => {
	const token = await tokenFor('acct_1', { validDays: 1 });
	jest.useFakeTimers({ now: Date.now() + 86_400_000, doNotFake: ['nextTick', 'setImmediate'] });
	try {
		expect(await run([check(token)])).toEqual([{ valid: false, reason: 'expired', ...NOBODY }]);
	} finally {
		jest.useRealTimers();
	}
});

it('fails for input that makes no link, and goes on with the others', async () => {
	const rows = await run(
		[
			create(''),
			create('acct_1', { pageUrl: 'n8n.example.com' }),
			create('acct_1', { validDays: 0 }),
			create('acct_1', { purpose: 'everything' }),
			create('acct_1', { data: { entry: [{ key: 'k', value: 'x'.repeat(2000) }] } }),
			check('a.b', { purposes: [] }),
			create('acct_1'),
		],
		{ continueOnFail: true },
	);
	expect(rows.map((row) => (row['error'] as { message: string } | undefined)?.message)).toEqual([
		'The account ID is empty',
		'"Page" is not a web address',
		'A link must be valid for some time',
		'"Purpose" has no choice "everything"',
		'The link would be too long for some mail programs',
		'No purpose is chosen',
		undefined,
	]);
});

it.each(['', '  '])(
	'says what to do where the credential has the signing secret %p',
	async (signingSecret) => {
		const rows = await run([create('acct_1'), check('a.b')], {
			continueOnFail: true,
			signingSecret,
		});
		for (const { error } of rows) {
			expect(error).toMatchObject({
				message: 'The Access Provisioning credential has no signing secret',
				hint: expect.stringContaining('docs/credentials.md') as string,
			});
		}
	},
);
