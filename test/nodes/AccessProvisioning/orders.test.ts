import { access, get, provision, useProduct } from './harness.ts';

const SET_ACCESS = 'PUT /instances/:accountId/access';
const JANUARY = '2026-01-10T00:00:00Z';
const FEBRUARY = '2026-02-10T00:00:00Z';

const product = useProduct();
const { run } = product;

const restrict = (accountId: string, more = {}) =>
	access('restrict', accountId, { reason: 'past_due', ...more });
const restore = (accountId: string, more = {}) =>
	access('restore', accountId, { reason: 'past_due', ...more });
const grant = (accountId: string, more = {}) => access('grant', accountId, more);
const suspend = (accountId: string, more = {}) =>
	access('suspend', accountId, { reason: 'unpaid', ...more });

async function levelOf(accountId: string) {
	const [row] = await run([get(accountId)]);
	return row?.['access'];
}

beforeEach(async () => void (await run([provision('acct_1'), provision('acct_2')])));

describe('Access > Grant, Restrict, Suspend', () => {
	it('set the level for each item, and change nothing when repeated', async () => {
		const items = [
			restrict('acct_1', { options: { until: '2027-03-01T00:00:00Z' } }),
			suspend('acct_2', { reason: 'other', otherReason: 'abuse' }),
		];
		expect(await run(items)).toMatchObject([
			{ access: 'read_only', reason: 'past_due', changed: true, previousAccess: 'full' },
			{ access: 'suspended', reason: 'abuse', changed: true, previousAccess: 'full' },
		]);
		expect(product.writes().at(-2)?.rawBody).toContain('"until":"2027-03-01T00:00:00.000Z"');
		const written = product.writes().length;
		expect((await run(items)).map(({ changed }) => changed)).toEqual([false, false]);
		expect(product.writes()).toHaveLength(written);
		expect(await run([grant('acct_2')])).toMatchObject([{ access: 'full', changed: true }]);
	});

	it('restrict warns with the level "grace" when told so', async () => {
		expect(await run([restrict('acct_1', { level: 'grace' })])).toMatchObject([
			{ access: 'grace', changed: true },
		]);
	});

	it('fail for an account without an instance, and go on with the others', async () => {
		const rows = await run(
			[grant('acct_404'), restrict('acct_1', { reason: 'other' }), suspend('acct_2')],
			{ continueOnFail: true },
		);
		expect(rows).toMatchObject([
			{ error: { message: 'The account "acct_404" has no instance', httpCode: 404 } },
			{ error: { message: 'The reason is empty' } },
			{ access: 'suspended' },
		]);
	});

	it('keep the key of a write when it is repeated after a lost answer', async () => {
		product.standIn().faults.add({ route: SET_ACCESS, kind: 'cut', moment: 'after' });
		expect(await run([suspend('acct_1')])).toMatchObject([{ access: 'suspended', changed: true }]);
		const ids = product
			.writes()
			.slice(-2)
			.map(({ headers }) => headers['webhook-id']);
		expect(ids[0]).toMatch(/^access_/);
		expect(ids[1]).toBe(ids[0]);
	});

	it('give every change a key of its own, so that no product takes it for a repeat', async () => {
		await run([suspend('acct_1')]);
		await run([grant('acct_1')]);
		await run([suspend('acct_1')]);
		const keys = product
			.writes()
			.slice(-3)
			.map(({ headers }) => headers['idempotency-key']);
		expect(new Set(keys).size).toBe(3);
	});

	it('let the newer fact win, whichever order runs last', async () => {
		await run([grant('acct_1', { options: { asOf: FEBRUARY } })]);
		expect(await run([restrict('acct_1', { options: { asOf: JANUARY } })])).toMatchObject([
			{ access: 'full', changed: false, skipped: 'outdated' },
		]);
		expect(await run([restrict('acct_1')])).toMatchObject([{ access: 'read_only' }]);
	});

	it('end in the newer of two orders that run at once', async () => {
		const orders = [
			suspend('acct_1', { options: { asOf: JANUARY } }),
			grant('acct_1', { options: { asOf: FEBRUARY } }),
		];
		await Promise.all(orders.map(async (order) => await run([order])));
		expect(await levelOf('acct_1')).toBe('full');
	});

	it('are written down with their cause: ledger, timeline and account', async () => {
		await run([suspend('acct_1')]);
		const { accessChanges, timeline, accounts } = await product.ledger();
		expect(await accessChanges.list('acct_1', 9)).toMatchObject([
			{ level: 'suspended', reason: 'unpaid', state: 'applied', executionId: 'execution-1' },
		]);
		const { entries } = await timeline.list({ accountId: 'acct_1', limit: 9 });
		expect(entries).toContainEqual(
			expect.objectContaining({
				kind: 'access_suspended',
				data: { from: 'full', to: 'suspended', reason: 'unpaid' },
			}),
		);
		expect(await accounts.get('acct_1')).toMatchObject({ accessLevel: 'suspended' });
	});

	it('leave a failed change in the ledger, and a repeat completes it', async () => {
		product.standIn().faults.add({ route: SET_ACCESS, kind: 'status', status: 422 });
		const [row] = await run([suspend('acct_1')], { continueOnFail: true });
		expect(row).toMatchObject({ error: { httpCode: 422 } });
		expect(await run([suspend('acct_1')])).toMatchObject([{ changed: true }]);
		const { accessChanges } = await product.ledger();
		const states = (await accessChanges.list('acct_1', 9)).map(({ state }) => state);
		expect(states).toEqual(['applied', 'failed']);
	});
});

describe('Access > Restore', () => {
	it('lifts what was restricted for this reason, once, and nothing else', async () => {
		await run([restrict('acct_1'), suspend('acct_2', { reason: 'other', otherReason: 'abuse' })]);
		const items = [restore('acct_1'), restore('acct_2')];
		expect(await run(items)).toMatchObject([
			{ access: 'full', changed: true, skipped: null },
			{ access: 'suspended', changed: false, skipped: 'other_reason' },
		]);
		expect(await run(items)).toMatchObject([
			{ access: 'full', changed: false, skipped: 'not_restricted' },
			{ changed: false, skipped: 'other_reason' },
		]);
	});

	it('lifts a restriction by a reason of your own when it is named', async () => {
		const own = { reason: 'other', otherReason: 'abuse' };
		await run([suspend('acct_1', own)]);
		expect(await run([restore('acct_1', own)])).toMatchObject([{ access: 'full', changed: true }]);
	});

	it('leaves accounts without an instance, and those restricted by a newer fact', async () => {
		await run([restrict('acct_1', { options: { asOf: FEBRUARY } })]);
		const late = restore('acct_1', { options: { asOf: JANUARY } });
		expect(await run([restore('acct_404'), late])).toMatchObject([
			{ changed: false, skipped: 'absent', status: 'absent' },
			{ access: 'read_only', skipped: 'outdated' },
		]);
	});

	it('refuses a date that is none', async () => {
		await expect(run([restore('acct_1', { options: { asOf: 'soon' } })])).rejects.toThrow(
			'"As Of" is not a date [item 0]',
		);
	});
});

describe('Access > Revoke', () => {
	it('ends an instance for good, and says so when repeated', async () => {
		const items = [access('revoke', 'acct_1'), access('revoke', 'acct_404')];
		expect(await run(items)).toMatchObject([
			{ status: 'revoked', access: 'none', changed: true, previousAccess: 'full' },
			{ status: 'absent', changed: false, skipped: 'absent' },
		]);
		expect(await run(items)).toMatchObject([{ status: 'revoked', changed: false }, {}]);
		const [row] = await run([grant('acct_1')], { continueOnFail: true });
		expect(row).toMatchObject({
			error: { httpCode: 409, hint: expect.stringContaining('revoked') as string },
		});
		expect(await run([restore('acct_1')])).toMatchObject([{ skipped: 'revoked' }]);
	});
});
